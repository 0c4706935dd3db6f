package io.gamay.query.plan;

import java.util.Optional;

/**
 * The part of a plan that servers run; it travels on the wire. NOW() and other literals of the
 * moment are resolved already.
 *
 * @param table raw table name
 * @param schemaVersion the version against which names and types were resolved; a segment of an
 *     older version answers a column that it lacks with the column's default
 */
public record ServerPlan(
    String table, int schemaVersion, Optional<TypedExpression> filter, ServerWork work) {}
