/** Rows, segments over them, and an oracle that answers plans row by row; for tests only. */
@NullMarked
package io.gamay.query.testing;

import org.jspecify.annotations.NullMarked;
