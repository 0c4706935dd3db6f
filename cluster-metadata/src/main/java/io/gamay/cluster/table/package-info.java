/**
 * Schema and table JSON in Pinot's form, and the typed configuration that they mean. Text comes in;
 * what leaves is a value, or every problem with it at once. Pure: anybody may call.
 */
@NullMarked
package io.gamay.cluster.table;

import org.jspecify.annotations.NullMarked;
