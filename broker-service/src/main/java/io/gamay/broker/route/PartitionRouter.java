package io.gamay.broker.route;

import io.gamay.broker.route.PartitionParts.SealedSource;
import io.gamay.broker.route.PartitionParts.TailSource;
import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.query.explain.SegmentExplanation;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.prune.SegmentPruner;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Splits a partition into sealed segments, asked for by name, and a tail, asked for by offset. The
 * sealed prefix is contiguous and ONLINE; a segment that is ONLINE beyond it belongs to the tail.
 * Pure: a view in, parts out. For one query, and one thread at a time.
 */
public final class PartitionRouter {

  private final ClusterView view;
  private final Predicate<InstanceView> isThere;
  private final PartitionIds partitionIds = new PartitionIds();
  private @Nullable Set<String> leaving;

  /** Goes by live nodes alone. */
  public PartitionRouter(ClusterView view) {
    this(view, InstanceView::isLive);
  }

  /**
   * @param isThere whether an instance may be asked
   */
  public PartitionRouter(ClusterView view, Predicate<InstanceView> isThere) {
    this.view = view;
    this.isThere = isThere;
  }

  /** All that the partition holds. */
  public PartitionParts route(PartitionView partition, Optional<TypedExpression> filter) {
    long start =
        partition.segments().isEmpty()
            ? 0
            : partition.segments().firstEntry().getValue().metadata().startOffset();
    return routeFrom(partition, start, filter);
  }

  /** What the partition holds from an offset on, which is a segment's start. */
  public PartitionParts routeFrom(
      PartitionView partition, long from, Optional<TypedExpression> filter) {
    List<SegmentView> segments =
        partition.segments().values().stream()
            .filter(segment -> segment.metadata().startOffset() >= from)
            .toList();
    List<SegmentView> prefix = sealedPrefix(segments, from);
    List<SealedSource> sealed = new ArrayList<>();
    List<OffsetRange> pruned = new ArrayList<>();
    long prunedDocs = 0;
    long sealedEnd = from;
    for (SegmentView segment : prefix) {
      SegmentMetadata metadata = segment.metadata();
      StoredCopy copy = metadata.stored().orElseThrow();
      sealedEnd = metadata.offsets().end();
      if (SegmentPruner.canMatch(filter, new StoredBounds(copy, partitionIds))) {
        sealed.add(sealedSource(segment));
      } else {
        pruned.add(metadata.offsets());
        prunedDocs += copy.docCount();
      }
    }
    return new PartitionParts(
        partition.partition(),
        from,
        sealed,
        pruned,
        prunedDocs,
        tail(segments, prefix.size(), sealedEnd));
  }

  /**
   * Why segments of a partition that {@link #routeFrom} leaves out are left out.
   *
   * @param pruned their ranges, or the first parts of these
   * @param schema of the table
   */
  public List<SegmentExplanation> explainPruned(
      PartitionView partition,
      List<OffsetRange> pruned,
      TypedExpression filter,
      TableSchema schema) {
    List<SegmentExplanation> explanations = new ArrayList<>();
    Set<Long> starts = pruned.stream().map(OffsetRange::start).collect(Collectors.toSet());
    for (SegmentView segment : partition.segments().values()) {
      Optional<StoredCopy> copy = segment.metadata().stored();
      if (copy.isPresent() && starts.contains(segment.metadata().startOffset())) {
        SegmentPruner.whyNot(filter, new StoredBounds(copy.get(), partitionIds), schema)
            .map(reason -> SegmentExplanation.pruned("BROKER", reason, copy.get().docCount()))
            .ifPresent(explanations::add);
      }
    }
    return explanations;
  }

  /**
   * An ONLINE segment with who serves it now.
   *
   * @throws java.util.NoSuchElementException if it is not ONLINE
   */
  public SealedSource sealedSource(SegmentView segment) {
    SegmentMetadata metadata = segment.metadata();
    return new SealedSource(
        metadata.name(),
        metadata.offsets(),
        metadata.stored().orElseThrow().dataCrc(),
        servingByName(segment),
        List.copyOf(segment.assignment().wanted().keySet()));
  }

  /** Instances that serve a sealed segment: those that are to, in their order, then others. */
  private List<String> servingByName(SegmentView segment) {
    List<String> order = List.copyOf(segment.assignment().wanted().keySet());
    return stayingFirst(
        segment.current().entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().state() == ServingState.ONLINE && mayBeAsked(entry.getKey()))
            .map(Map.Entry::getKey)
            .sorted(
                Comparator.comparingInt((String instance) -> place(order, instance))
                    .thenComparing(Comparator.naturalOrder()))
            .toList());
  }

  private static int place(List<String> order, String instance) {
    int index = order.indexOf(instance);
    return index < 0 ? order.size() : index;
  }

  private List<SegmentView> sealedPrefix(List<SegmentView> segments, long from) {
    int prefix = 0;
    long end = from;
    while (prefix < segments.size()
        && segments.get(prefix).metadata().state() == SegmentState.ONLINE
        && segments.get(prefix).metadata().startOffset() == end
        && !isStillInATail(segments.get(prefix))) {
      end = segments.get(prefix).metadata().offsets().end();
      prefix++;
    }
    return segments.subList(0, prefix);
  }

  /**
   * Whether it was committed a moment ago: nobody serves it by name yet, a consumer still has it.
   */
  private boolean isStillInATail(SegmentView segment) {
    return servingByName(segment).isEmpty()
        && segment.current().entrySet().stream()
            .anyMatch(entry -> mayBeAsked(entry.getKey()) && isConsuming(entry.getValue()));
  }

  private Optional<TailSource> tail(List<SegmentView> segments, int prefixSize, long tailFrom) {
    if (prefixSize == segments.size()) {
      return Optional.empty();
    }
    SegmentView newest = segments.getLast();
    List<String> members = new ArrayList<>(newest.assignment().wanted().keySet());
    members.addAll(newest.assignment().leaving());
    List<String> live = members.stream().filter(this::mayBeAsked).toList();
    List<String> consuming =
        live.stream().filter(instance -> isConsuming(newest.current().get(instance))).toList();
    return Optional.of(
        new TailSource(tailFrom, stayingFirst(consuming.isEmpty() ? live : consuming)));
  }

  private static boolean isConsuming(@Nullable CurrentSegment current) {
    return current != null && current.state() == ServingState.CONSUMING;
  }

  private boolean mayBeAsked(String instance) {
    InstanceView found = view.instances().get(instance);
    return found != null && found.order().takesQueries() && isThere.test(found);
  }

  /** Those that are about to stop or to be relieved of their work come last. */
  private List<String> stayingFirst(List<String> instances) {
    Set<String> leaving = leaving();
    return leaving.isEmpty()
        ? instances
        : instances.stream().sorted(Comparator.comparing(leaving::contains)).toList();
  }

  /** Instances that are about to stop or to be relieved of their work. */
  public Set<String> leaving() {
    Set<String> known = leaving;
    if (known == null) {
      known =
          view.instances().values().stream()
              .filter(instance -> !instance.isToStay())
              .map(instance -> instance.config().id())
              .collect(Collectors.toUnmodifiableSet());
      leaving = known;
    }
    return known;
  }
}
