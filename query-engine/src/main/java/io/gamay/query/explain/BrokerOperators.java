package io.gamay.query.explain;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.plan.TypedExpression;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/** The operators above those of segments: what servers do together, and what the broker does. */
public final class BrokerOperators {

  private BrokerOperators() {}

  /**
   * What a server gave.
   *
   * @param elapsedNanos from the request's going to the response's being read
   */
  public record Answered(
      String server, ServerExplanation explanation, long rows, long elapsedNanos) {}

  /**
   * What the broker did.
   *
   * @param merged of what the servers gave; {@code reduced} of making the answer's rows of it
   */
  public record Reduced(Measure merged, Measure reduced) {}

  /** The name of what a server does with what its segments give. */
  public static String combine(ServerWork work) {
    return switch (work) {
      case ServerWork.Select select ->
          select.orderBy().isEmpty() ? "COMBINE_SELECT" : "COMBINE_SELECT_ORDER_BY";
      case ServerWork.Aggregate _ -> "COMBINE_AGGREGATE";
      case ServerWork.GroupBy groupBy ->
          groupBy.aggregates().isEmpty() ? "COMBINE_DISTINCT" : "COMBINE_GROUP_BY";
    };
  }

  /** How a query would be run: all servers' segments together. */
  public static Operator planned(
      ServerWork work,
      OutputPlan output,
      List<ServerExplanation> servers,
      Collection<SegmentExplanation> prunedByBroker) {
    AlikeOperators segments = new AlikeOperators();
    List<Clause> clauses = new ArrayList<>();
    clauses.add(Clause.of("servers: {}", Amount.sum(servers.size())));
    for (ServerExplanation server : servers) {
      segments.addAll(server.root().children());
      server.root().clauses().stream().filter(c -> !clauses.contains(c)).forEach(clauses::add);
    }
    List<Operator> children = new ArrayList<>();
    children.add(new Operator(combine(work), clauses, Measure.NONE, segments.all()));
    children.addAll(grouped(prunedByBroker));
    return new Operator(reduce(work, output), List.of(), Measure.NONE, children);
  }

  /** How a query was run, server by server. */
  public static Operator run(
      ServerWork work,
      OutputPlan output,
      List<Answered> servers,
      Collection<SegmentExplanation> prunedByBroker,
      Reduced reduced) {
    List<Operator> children = new ArrayList<>();
    servers.forEach(server -> children.add(received(server)));
    children.addAll(grouped(prunedByBroker));
    Operator merge =
        new Operator(
            "BROKER_MERGE",
            List.of(Clause.of("servers: {}", Amount.sum(servers.size()))),
            reduced.merged(),
            children);
    return new Operator(reduce(work, output), List.of(), reduced.reduced(), List.of(merge));
  }

  private static Operator received(Answered answered) {
    ServerExplanation explanation = answered.explanation();
    Measure measure =
        new Measure(
            OptionalLong.of(answered.rows()),
            OptionalLong.of(answered.rows()),
            OptionalLong.of(Math.max(0, answered.elapsedNanos() - explanation.nanos())),
            explanation.receivedBytes());
    return new Operator(
        "SERVER(" + answered.server() + ")",
        List.of(
            Clause.of(
                "request and response on their way; microseconds on the server: {}",
                Amount.sum(explanation.nanos() / 1000))),
        measure,
        List.of(explanation.root()));
  }

  private static List<Operator> grouped(Collection<SegmentExplanation> segments) {
    AlikeOperators groups = new AlikeOperators();
    segments.forEach(segment -> groups.add(segment.root()));
    return groups.all();
  }

  private static String reduce(ServerWork work, OutputPlan output) {
    List<TypedExpression> keys =
        switch (work) {
          case ServerWork.Select select -> select.columns();
          case ServerWork.Aggregate _ -> List.of();
          case ServerWork.GroupBy groupBy -> groupBy.keys();
        };
    List<AggregateCall> calls =
        switch (work) {
          case ServerWork.Select _ -> List.of();
          case ServerWork.Aggregate aggregate -> aggregate.aggregates();
          case ServerWork.GroupBy groupBy -> groupBy.aggregates();
        };
    List<String> parts = new ArrayList<>();
    output.having().ifPresent(having -> parts.add("having: " + text(having, keys, calls)));
    if (!output.orderBy().isEmpty()) {
      parts.add(
          "sort: "
              + ExpressionText.ofOrder(
                  output.orderBy(),
                  key -> ExpressionText.of(keys.get(key)),
                  call -> ExpressionText.of(calls.get(call))));
    }
    if (output.distinct()) {
      parts.add("distinct");
    }
    if (output.offset() > 0) {
      parts.add("offset: " + output.offset());
    }
    parts.add((output.limitWritten() ? "limit: " : "no LIMIT, rows at most: ") + output.limit());
    return "BROKER_REDUCE(" + String.join(", ", parts) + ")";
  }

  private static String text(
      TypedExpression expression, List<TypedExpression> keys, List<AggregateCall> calls) {
    return ExpressionText.of(
        expression,
        key -> ExpressionText.of(keys.get(key)),
        call -> ExpressionText.of(calls.get(call)));
  }
}
