package io.gamay.query.plan;

import io.gamay.query.sql.Query;

/** A query ready to be routed: what servers do, and what the broker does after. */
public record QueryPlan(Query query, QueryOptions options, ServerPlan server, OutputPlan output) {}
