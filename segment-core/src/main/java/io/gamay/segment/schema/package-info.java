/** What a table's rows look like: columns, their types and defaults. */
@NullMarked
package io.gamay.segment.schema;

import org.jspecify.annotations.NullMarked;
