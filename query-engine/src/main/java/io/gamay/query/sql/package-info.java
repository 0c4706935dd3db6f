/**
 * SQL text in, {@link io.gamay.query.sql.Query} out. The parser library stays inside; nothing here
 * knows a schema: names and types are resolved by {@code query.plan}.
 */
@NullMarked
package io.gamay.query.sql;

import org.jspecify.annotations.NullMarked;
