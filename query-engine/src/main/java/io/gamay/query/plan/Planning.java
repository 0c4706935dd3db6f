package io.gamay.query.plan;

/**
 * What all parts of one query's planning share.
 *
 * @param nowMillis what NOW() is, read once
 * @param size what was planned so far
 */
record Planning(ColumnResolver columns, QueryOptions options, long nowMillis, PlanSize size) {

  Planning(ColumnResolver columns, QueryOptions options, long nowMillis) {
    this(columns, options, nowMillis, new PlanSize());
  }

  ExpressionTyper typer(Scope scope) {
    return new ExpressionTyper(scope, options.dialect(), nowMillis, size);
  }
}
