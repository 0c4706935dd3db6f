package io.gamay.controller.assignment;

import static java.util.stream.Collectors.toSet;

import io.gamay.cluster.assignment.SegmentAssignment;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.SegmentMoves.Limits;
import io.gamay.controller.assignment.SegmentMoves.Step;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves segments to where they belong, step by step, within limits that hold for everything that
 * moves: whoever moves segments does it through the same one of these. What was written and does
 * not show in the view yet counts as if it did. One thread, but for {@link #movesBegun}.
 */
public final class SegmentMover {

  /** After it the view is believed again. */
  private static final Duration MAX_UNSEEN = Duration.ofMinutes(1);

  private final AssignmentWriter writer;
  private final InstantSource clock;
  private final AtomicLong movesBegun = new AtomicLong();
  private final Map<Key, Written> unseen = new HashMap<>();

  private @Nullable Shown lastShown;

  /**
   * What a view looks like with what was written since.
   *
   * @param budget what is loaded in it, and what was given out since
   * @param moved the tables that were moved by it
   */
  private record Shown(
      ClusterView of, ClusterView view, Set<String> live, LoadBudget budget, Set<String> moved) {}

  private record Key(String tableId, SegmentName segment) {}

  private record Written(SegmentAssignment before, SegmentAssignment after, Instant at) {}

  public SegmentMover(AssignmentWriter writer, InstantSource clock) {
    this.writer = writer;
    this.clock = clock;
  }

  /**
   * Takes the next step of one table.
   *
   * @param view the newest; the table is taken from it
   * @param target by segment, the servers that it belongs on; others stay where they are
   * @param permit asked in each transaction: what must hold for it, or empty if nothing may move
   *     any more
   * @return the step as it was planned
   */
  public Step move(
      ClusterView view,
      TableView table,
      Map<SegmentName, List<String>> target,
      Limits limits,
      Supplier<Optional<List<Operation>>> permit) {
    Shown shown = shown(view, table.tableId());
    TableView shownTable = shown.view().tables().getOrDefault(table.config().name(), table);
    Step step =
        SegmentMoves.next(shownTable, target, limits, shown.live()::contains, shown.budget());
    for (PartitionView partition : shownTable.partitions().values()) {
      write(shownTable.tableId(), partition, step.changes(), permit);
    }
    return step;
  }

  /** The same for all tables that are moved by one view, each once. */
  @SuppressWarnings("ReferenceEquality") // the very view, whatever another one says
  private Shown shown(ClusterView view, String tableId) {
    Shown last = lastShown;
    if (last != null && last.of() == view && last.moved().add(tableId)) {
      return last;
    }
    ClusterView withUnseen = withUnseen(view);
    Set<String> live = live(withUnseen);
    Shown shown =
        new Shown(
            view,
            withUnseen,
            live,
            LoadBudget.of(withUnseen, live::contains),
            new HashSet<>(Set.of(tableId)));
    lastShown = shown;
    return shown;
  }

  /** Where a table's segments stand on their way, without moving any. */
  public static Step look(
      ClusterView view, TableView table, Map<SegmentName, List<String>> target, Limits limits) {
    Set<String> live = live(view);
    return SegmentMoves.next(
        table, target, limits, live::contains, LoadBudget.of(view, live::contains));
  }

  /** How many segments began to move since this process started. Any thread. */
  public long movesBegun() {
    return movesBegun.get();
  }

  private void write(
      String tableId,
      PartitionView partition,
      Map<SegmentName, SegmentAssignment> changes,
      Supplier<Optional<List<Operation>>> permit) {
    Map<SegmentName, SegmentAssignment> own = new HashMap<>();
    for (SegmentView segment : partition.segments().values()) {
      @Nullable SegmentAssignment change = changes.get(segment.metadata().name());
      if (change != null) {
        own.put(segment.metadata().name(), change);
      }
    }
    if (own.isEmpty()) {
      return;
    }
    Set<SegmentName> written = writer.write(tableId, partition, own, permit);
    Instant now = clock.instant();
    for (SegmentView segment : partition.segments().values()) {
      SegmentName name = segment.metadata().name();
      @Nullable SegmentAssignment after = own.get(name);
      if (after != null && written.contains(name)) {
        unseen.put(new Key(tableId, name), new Written(segment.assignment(), after, now));
        if (!segment.assignment().wanted().keySet().equals(after.wanted().keySet())) {
          movesBegun.incrementAndGet();
        }
      }
    }
  }

  private static Set<String> live(ClusterView view) {
    return view.liveInstances(InstanceRole.SERVER).stream()
        .map(server -> server.config().id())
        .collect(toSet());
  }

  /** The view with what was written since; forgets segments that show otherwise than before. */
  private ClusterView withUnseen(ClusterView view) {
    if (unseen.isEmpty()) {
      return view;
    }
    Map<Key, Written> stillUnseen = new HashMap<>();
    Map<String, TableView> tables = new HashMap<>();
    view.tables().forEach((name, table) -> tables.put(name, withUnseen(table, stillUnseen)));
    unseen.clear();
    unseen.putAll(stillUnseen);
    return new ClusterView(
        view.revision(), view.leader(), view.leaderEpoch(), view.instances(), tables);
  }

  private TableView withUnseen(TableView table, Map<Key, Written> stillUnseen) {
    NavigableMap<Integer, PartitionView> partitions = new TreeMap<>();
    table
        .partitions()
        .forEach(
            (number, partition) -> {
              NavigableMap<Integer, SegmentView> segments = new TreeMap<>();
              partition
                  .segments()
                  .forEach(
                      (sequence, segment) ->
                          segments.put(
                              sequence, withUnseen(table.tableId(), segment, stillUnseen)));
              partitions.put(number, new PartitionView(number, segments));
            });
    return table.withPartitions(partitions);
  }

  private SegmentView withUnseen(
      String tableId, SegmentView segment, Map<Key, Written> stillUnseen) {
    Key key = new Key(tableId, segment.metadata().name());
    @Nullable Written written = unseen.get(key);
    if (written == null
        || !written.before().equals(segment.assignment())
        || clock.instant().isAfter(written.at().plus(MAX_UNSEEN))) {
      return segment;
    }
    stillUnseen.put(key, written);
    return new SegmentView(segment.metadata(), written.after(), segment.current());
  }
}
