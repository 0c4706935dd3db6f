@NullMarked
package io.gamay.query.structure;

import org.jspecify.annotations.NullMarked;
