@NullMarked
package io.gamay.query.aggregate;

import org.jspecify.annotations.NullMarked;
