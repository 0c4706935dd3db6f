package io.gamay.ingest.execute;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.query.budget.QueryBudget;
import io.gamay.query.budget.ThreadUsage;
import io.gamay.query.execute.SegmentExecutor;
import io.gamay.query.execute.StatisticsCollector;
import io.gamay.query.explain.SegmentGroups;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.GroupTrimmer;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResultMerger;
import io.gamay.query.merge.SegmentResult;
import io.gamay.query.plan.GroupTrim;
import io.gamay.query.plan.ServerPlan;
import io.gamay.query.reuse.SegmentResults;
import io.gamay.query.reuse.SegmentResults.SealedRows;
import io.gamay.query.wire.ServerRequest;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.read.SegmentReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one query does with its leased segments: results that were kept are read back, the others
 * are found, on whichever threads run the pieces; then all are merged on one. Results of sealed
 * segments, and what they merge to, are offered for later queries.
 */
final class ReadWork {

  private static final SegmentExecutor EXECUTOR = new SegmentExecutor();

  private final ServerRequest request;
  private final SegmentHost host;
  private final QueryBudget budget;
  private final SegmentResults results;
  private final LongSupplier nanoTime;
  private final List<PartitionReads.Part> sealed = new ArrayList<>();
  private final List<PartitionReads.Read> others = new ArrayList<>();
  private final Optional<Supplier<SegmentResult>> keptOfAll;
  private final SegmentGroups segments = new SegmentGroups();

  /** Of the thread that merged. */
  private ThreadUsage mergeUsage = ThreadUsage.NONE;

  /** Of the merged result before it is trimmed. */
  private int groupsMet;

  /** Each of the pieces writes one; pieces end before the merge begins. */
  private final @Nullable Part[] parts;

  private final List<Runnable> pieces = new ArrayList<>();
  private final List<Awaited> awaited = new ArrayList<>();

  /** Of those that were awaited, what did not come. */
  private final Set<Awaited> absent = ConcurrentHashMap.newKeySet();

  /** A segment whose file is to be fetched, as nothing was kept of it; identified by its index. */
  record Awaited(int index, PartitionReads.Late late) {}

  /**
   * What one piece found out.
   *
   * @param memory that it holds until it is merged
   */
  private record Part(SegmentResult found, QueryBudget.Reservation memory, long nanos) {}

  /**
   * @param reads leased until the pieces are over
   */
  ReadWork(
      ServerRequest request,
      SegmentHost host,
      QueryBudget budget,
      SegmentResults results,
      LongSupplier nanoTime,
      List<PartitionReads.Part> reads) {
    this.request = request;
    this.host = host;
    this.budget = budget;
    this.results = results;
    this.nanoTime = nanoTime;
    for (PartitionReads.Part part : reads) {
      switch (part) {
        case PartitionReads.Read read when read.dataCrc().isEmpty() -> others.add(read);
        case PartitionReads.Read read -> sealed.add(read);
        case PartitionReads.Late late -> sealed.add(late);
      }
    }
    this.keptOfAll = sealed.size() > 1 ? results.find(rows(sealed)) : Optional.empty();
    this.parts = new Part[others.size() + (keptOfAll.isPresent() ? 1 : sealed.size())];
    plan();
  }

  private void plan() {
    int index = 0;
    if (keptOfAll.isPresent()) {
      Supplier<SegmentResult> kept = keptOfAll.get();
      pieces.add(piece(index++, () -> readBack(kept)));
    } else {
      for (PartitionReads.Part part : sealed) {
        switch (part) {
          case PartitionReads.Read read -> pieces.add(piece(index, () -> ofSealed(read)));
          case PartitionReads.Late late -> planLate(index, late);
        }
        index++;
      }
    }
    for (PartitionReads.Read read : others) {
      pieces.add(piece(index++, () -> execute(read)));
    }
  }

  /** What was kept of it answers for it, without its file. */
  private void planLate(int index, PartitionReads.Late late) {
    Optional<Supplier<SegmentResult>> kept = results.find(rows(List.of(late)));
    if (kept.isPresent()) {
      pieces.add(piece(index, () -> readBack(kept.get())));
    } else {
      awaited.add(new Awaited(index, late));
    }
  }

  private Runnable piece(int index, Supplier<Part> work) {
    return () -> parts[index] = work.get();
  }

  /** To be run in any order, on any threads. */
  List<Runnable> pieces() {
    return pieces;
  }

  /**
   * Segments that are to be fetched: each is either run, {@link #pieceOf}, or left out before the
   * merge.
   */
  List<Awaited> awaited() {
    return awaited;
  }

  /**
   * A piece more, for a segment that has come.
   *
   * @param reader leased until the piece is over
   */
  Runnable pieceOf(Awaited segment, SegmentReader reader) {
    return piece(segment.index(), () -> ofFetched(segment.late().with(reader)));
  }

  void leaveOut(Awaited segment) {
    absent.add(segment);
  }

  /** The segments that were left out. */
  Set<SegmentName> absent() {
    return absent.stream().map(segment -> segment.late().name()).collect(Collectors.toSet());
  }

  /** What all segments know together, after all pieces; empty without segments. */
  Optional<PartialResult> merged() {
    if (parts.length == absent.size()) {
      return Optional.empty();
    }
    ThreadUsage before = ThreadUsage.now();
    PartialResult merged = trimmed(mergedParts());
    mergeUsage = ThreadUsage.now().minus(before);
    return Optional.of(merged);
  }

  /** As much of the whole server's result as the broker asks for. */
  private PartialResult trimmed(PartialResult merged) {
    groupsMet = merged instanceof PartialResult.Groups groups ? groups.groupCount() : 0;
    Optional<GroupTrim> trim = request.trim();
    return trim.isEmpty()
        ? merged
        : GroupTrimmer.trim(
            request.plan().work(), trim.get(), trim.get().serverGroups(), merged, budget);
  }

  private PartialResult mergedParts() {
    if (keptOfAll.isPresent() || sealed.size() < 2 || !results.keeps() || !absent.isEmpty()) {
      return merge(0, parts.length);
    }
    long started = nanoTime.getAsLong();
    PartialResult ofSealed = merge(0, sealed.size());
    long nanos = nanoTime.getAsLong() - started;
    for (Part part : parts(0, sealed.size())) {
      nanos += part.nanos();
    }
    results.keep(rows(sealed), new SegmentResult(ofSealed, statistics(0, sealed.size())), nanos);
    return others.isEmpty() ? ofSealed : merge(ofSealed, sealed.size(), parts.length);
  }

  /**
   * Of all segments, after all pieces and the merge.
   *
   * @param pieces what the threads that ran them used
   */
  ExecutionStatistics statistics(ThreadUsage pieces) {
    return statistics(0, parts.length)
        .plus(ExecutionStatistics.ofGroups(groupsMet))
        .plus(ExecutionStatistics.ofThread(pieces.plus(mergeUsage)));
  }

  /** Rows or groups that the segments gave, after all pieces. */
  long rowsFound() {
    return parts(0, parts.length).stream()
        .mapToLong(part -> part.found().result().rowCount())
        .sum();
  }

  private Part readBack(Supplier<SegmentResult> kept) {
    budget.check();
    long started = nanoTime.getAsLong();
    SegmentResult read = kept.get();
    return part(
        new SegmentResult(read.result(), read.statistics().reused()),
        nanoTime.getAsLong() - started);
  }

  private Part ofSealed(PartitionReads.Read read) {
    Optional<Supplier<SegmentResult>> kept = results.find(rows(List.of(read)));
    if (kept.isPresent()) {
      return readBack(kept.get());
    }
    return ofFetched(read);
  }

  private Part ofFetched(PartitionReads.Read read) {
    Part part = execute(read);
    results.keep(rows(List.of(read)), part.found(), part.nanos());
    return part;
  }

  private Part execute(PartitionReads.Read read) {
    try {
      long started = nanoTime.getAsLong();
      StatisticsCollector statistics = new StatisticsCollector();
      PartialResult result =
          result(
              request.plan().within(read.fromOffset(), read.endOffset()),
              read.reader(),
              statistics);
      return part(
          new SegmentResult(trimmedSegment(result), statistics.total()),
          nanoTime.getAsLong() - started);
    } catch (SegmentCorruptException e) {
      host.dropCorrupt(request.tableId(), read.name(), read.reader());
      throw e;
    }
  }

  private PartialResult trimmedSegment(PartialResult result) {
    Optional<GroupTrim> trim = request.trim();
    return trim.isEmpty()
        ? result
        : GroupTrimmer.trim(
            request.plan().work(), trim.get(), trim.get().segmentGroups(), result, budget);
  }

  private PartialResult result(
      ServerPlan plan, SegmentReader segment, StatisticsCollector statistics) {
    return switch (request.explain()) {
      case NONE -> EXECUTOR.execute(plan, segment, budget, statistics);
      case PLAN -> told(EXECUTOR.explain(plan, segment, budget, statistics));
      case ANALYZE -> told(EXECUTOR.analyze(plan, segment, budget, statistics, nanoTime));
    };
  }

  private PartialResult told(SegmentExecutor.Explained segment) {
    segments.add(segment.explanation());
    return segment.result();
  }

  /** How the segments were run, where that was asked. */
  SegmentGroups segments() {
    return segments;
  }

  private Part part(SegmentResult found, long nanos) {
    QueryBudget.Reservation memory = budget.reserve();
    memory.resize(found.result().sizeBytes());
    return new Part(found, memory, nanos);
  }

  private PartialResult merge(int from, int end) {
    try (PartialResultMerger merger = merger()) {
      return add(merger, from, end);
    }
  }

  private PartialResult merge(PartialResult first, int from, int end) {
    try (PartialResultMerger merger = merger()) {
      merger.add(first);
      return add(merger, from, end);
    }
  }

  private PartialResultMerger merger() {
    return PartialResultMerger.onServer(request.plan().work(), request.trim(), budget);
  }

  private PartialResult add(PartialResultMerger merger, int from, int end) {
    for (Part part : parts(from, end)) {
      budget.check();
      part.memory().close();
      merger.add(part.found().result());
    }
    return merger.result();
  }

  private ExecutionStatistics statistics(int from, int end) {
    ExecutionStatistics total = ExecutionStatistics.ZERO;
    for (Part part : parts(from, end)) {
      total = total.plus(part.found().statistics());
    }
    return total;
  }

  private List<Part> parts(int from, int end) {
    List<Part> present = new ArrayList<>(end - from);
    Set<Integer> leftOut = absent.stream().map(Awaited::index).collect(Collectors.toSet());
    for (int index = from; index < end; index++) {
      Part part = parts[index];
      if (leftOut.contains(index)) {
        continue;
      }
      if (part == null) {
        throw new IllegalStateException("piece %d of %d has not ended".formatted(index, end));
      }
      present.add(part);
    }
    return present;
  }

  private static List<SealedRows> rows(List<? extends PartitionReads.Part> parts) {
    return parts.stream()
        .map(
            read ->
                new SealedRows(
                    read.name().toString(),
                    read.dataCrc().orElseThrow(),
                    read.fromOffset(),
                    read.endOffset()))
        .toList();
  }
}
