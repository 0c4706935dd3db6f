/** Runs a plan over one segment inside a budget. */
@NullMarked
package io.gamay.query.execute;

import org.jspecify.annotations.NullMarked;
