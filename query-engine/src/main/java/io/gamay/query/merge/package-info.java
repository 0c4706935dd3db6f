/** Partial results become one, and one becomes the answer's rows. */
@NullMarked
package io.gamay.query.merge;

import org.jspecify.annotations.NullMarked;
