package io.gamay.broker.gather;

import io.gamay.query.explain.BrokerOperators;
import io.gamay.query.explain.BrokerOperators.Answered;
import io.gamay.query.explain.BrokerOperators.Reduced;
import io.gamay.query.explain.OperatorTable;
import io.gamay.query.explain.SegmentExplanation;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.plan.QueryPlan;
import java.util.ArrayList;
import java.util.List;

/** What is told, of one query, of how it is run; empty but for EXPLAIN. One thread at a time. */
final class AnswerExplanation {

  private final QueryPlan plan;
  private final List<Answered> servers = new ArrayList<>();
  private final List<SegmentExplanation> pruned = new ArrayList<>();

  AnswerExplanation(QueryPlan plan) {
    this.plan = plan;
  }

  void answered(Answered server) {
    servers.add(server);
  }

  void pruned(List<SegmentExplanation> segments) {
    pruned.addAll(segments);
  }

  long emptyFilterSegments() {
    return servers.stream().mapToLong(server -> server.explanation().emptyFilterSegments()).sum();
  }

  long matchAllFilterSegments() {
    return servers.stream()
        .mapToLong(server -> server.explanation().matchAllFilterSegments())
        .sum();
  }

  ResultTable planned() {
    return OperatorTable.ofPlan(
        BrokerOperators.planned(
            plan.server().work(),
            plan.output(),
            servers.stream().map(Answered::explanation).toList(),
            pruned));
  }

  ResultTable run(Reduced reduced) {
    return OperatorTable.ofRun(
        BrokerOperators.run(plan.server().work(), plan.output(), servers, pruned, reduced));
  }
}
