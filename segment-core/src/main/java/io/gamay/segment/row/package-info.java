/** Rows on their way in: typed columns, already valid for one schema. */
@NullMarked
package io.gamay.segment.row;

import org.jspecify.annotations.NullMarked;
