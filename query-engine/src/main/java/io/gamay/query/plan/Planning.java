package io.gamay.query.plan;

/**
 * What all parts of one query's planning share.
 *
 * @param nowMillis what NOW() is, read once
 */
record Planning(ColumnResolver columns, QueryOptions options, long nowMillis) {

  ExpressionTyper typer(Scope scope) {
    return new ExpressionTyper(scope, options.dialect(), nowMillis);
  }
}
