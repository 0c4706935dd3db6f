package io.gamay.query.plan;

/** One key of an order; NULLs are placed as told. */
public record SortKey(TypedExpression expression, boolean descending, boolean nullsFirst) {}
