package io.gamay.query.testing;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.GroupFinisher;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.ResultBuilder;
import io.gamay.query.merge.ResultTable;
import io.gamay.query.merge.SegmentResult;
import io.gamay.query.plan.FinishPlan;
import io.gamay.query.plan.OutputPlan;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.plan.ServerWork;
import io.gamay.query.reuse.ResultCache;
import io.gamay.query.reuse.SegmentResults;
import io.gamay.query.reuse.SegmentResults.SealedRows;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.query.testing.Layout.Part;
import io.gamay.query.wire.ServerRequest;
import io.gamay.query.wire.ServerRequestCodec;
import io.gamay.query.wire.ServerResponse;
import io.gamay.query.wire.ServerResponseCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Answers plans as servers and a broker do: each server reads the plan from a message, merges what
 * its segments know and answers with a message; the broker merges these. No groups are left out
 * before the end. One thread.
 */
public final class ServersAndBroker {

  /** Whatever it took to find a result, it is worth keeping. */
  private static final long LONG_NANOS = 1_000_000_000;

  private final SegmentExecutor executor;
  private final ResultCache cache = new ResultCache(32 << 20);
  private long reused;

  /**
   * @param isForgetful whether values are numbered across segments from the first on, and forgotten
   *     now and then
   */
  public ServersAndBroker(boolean isForgetful) {
    this.executor =
        isForgetful
            ? new SegmentExecutor(new DictionaryStructures(1 << 16, 1))
            : new SegmentExecutor();
  }

  /**
   * How a query is asked.
   *
   * @param finishes whether a server that is alone finishes groups
   * @param reuses whether results kept of earlier queries answer for sealed segments
   */
  public record Way(boolean finishes, boolean reuses) {}

  /**
   * @throws io.gamay.query.error.QueryException if the query fails for a value
   */
  public ResultTable answer(ServerPlan plan, OutputPlan output, Layout layout, Way way) {
    Optional<FinishPlan> finish =
        way.finishes()
                && layout.servers().size() == 1
                && !(plan.work() instanceof ServerWork.Select)
            ? Optional.of(FinishPlan.of(output))
            : Optional.empty();
    try (PartialResultMerger merger =
        PartialResultMerger.onBroker(plan.work(), QueryBudget.unlimited())) {
      for (List<Part> parts : layout.servers()) {
        byte[] request = request(layout, plan, finish, way.reuses());
        ServerResponse response = ServerResponseCodec.decode(serve(request, parts));
        response.result().ifPresent(merger::add);
      }
      return ResultBuilder.build(plan.work(), output, Optional.of(merger.result()));
    }
  }

  /** Segments that kept results answered for. */
  public long reused() {
    return reused;
  }

  private static byte[] request(
      Layout layout, ServerPlan plan, Optional<FinishPlan> finish, boolean reuses) {
    ServerRequest request =
        ServerRequest.of("r", layout.name(), plan, List.of(), List.of(), Duration.ofSeconds(1))
            .withResultReuse(reuses);
    return ServerRequestCodec.encode(finish.map(request::withFinish).orElse(request));
  }

  private byte[] serve(byte[] message, List<Part> parts) {
    ServerRequest request = ServerRequestCodec.decode(message);
    SegmentResults results =
        request.resultReuse()
            ? cache.forQuery(request.tableId(), request.plan())
            : new SegmentResults.None();
    PartialResult merged = merged(request.plan(), parts, results);
    PartialResult answer =
        request.finish().isPresent() && merged instanceof Groups groups
            ? GroupFinisher.finish(
                request.plan().work(), request.finish().get(), groups, QueryBudget.unlimited())
            : merged;
    return ServerResponseCodec.encode(ServerResponse.of(request.requestId(), Optional.of(answer)));
  }

  /** As a server does it: what the sealed segments know together is kept as well. */
  private PartialResult merged(ServerPlan plan, List<Part> parts, SegmentResults results) {
    List<Part> sealed = parts.stream().filter(part -> part.segment().isSealed()).toList();
    Optional<Supplier<SegmentResult>> keptOfAll =
        sealed.size() > 1 ? results.find(rows(sealed)) : Optional.empty();
    List<PartialResult> found = new ArrayList<>();
    if (keptOfAll.isPresent()) {
      reused += sealed.size();
      found.add(keptOfAll.get().get().result());
    } else {
      List<PartialResult> each = new ArrayList<>();
      sealed.forEach(part -> each.add(reusedOrFound(plan, part, results)));
      PartialResult together = merge(plan, each);
      if (sealed.size() > 1) {
        keep(results, sealed, together);
      }
      found.add(together);
    }
    for (Part part : parts) {
      if (!part.segment().isSealed()) {
        found.add(execute(plan, part));
      }
    }
    return merge(plan, found);
  }

  private PartialResult reusedOrFound(ServerPlan plan, Part part, SegmentResults results) {
    Optional<Supplier<SegmentResult>> kept = results.find(rows(List.of(part)));
    if (kept.isPresent()) {
      reused++;
      return kept.get().get().result();
    }
    PartialResult result = execute(plan, part);
    keep(results, List.of(part), result);
    return result;
  }

  private static void keep(SegmentResults results, List<Part> parts, PartialResult result) {
    results.keep(rows(parts), new SegmentResult(result, ExecutionStatistics.ZERO), LONG_NANOS);
  }

  private static List<SealedRows> rows(List<Part> parts) {
    return parts.stream()
        .map(
            part ->
                new SealedRows(
                    part.segment().reader().segmentName(),
                    part.segment().dataCrc(),
                    part.fromOffset(),
                    part.endOffset()))
        .toList();
  }

  private PartialResult execute(ServerPlan plan, Part part) {
    return executor.execute(
        plan.within(part.fromOffset(), part.endOffset()),
        part.segment().reader(),
        QueryBudget.unlimited(),
        new StatisticsCollector());
  }

  private static PartialResult merge(ServerPlan plan, List<PartialResult> results) {
    try (PartialResultMerger merger =
        PartialResultMerger.onServer(plan.work(), QueryBudget.unlimited())) {
      results.forEach(merger::add);
      return merger.result();
    }
  }
}
