/** Schema and table JSON in Pinot's form, and the typed configuration that they mean. */
@NullMarked
package io.gamay.cluster.table;

import org.jspecify.annotations.NullMarked;
