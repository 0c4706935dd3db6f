package io.gamay.controller.table;

import static io.gamay.cluster.consumption.PauseState.ReasonCode.STORAGE_QUOTA_EXCEEDED;

import io.gamay.cluster.consumption.PauseState;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.PartitionView;
import io.gamay.cluster.view.ClusterView.SegmentView;
import io.gamay.cluster.view.ClusterView.TableView;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pauses tables whose sealed segments take more than their {@code quota.storage}, and lets them go
 * on when they do not any more. Only pauses of its own are ended, which the table's node tells from
 * a person's by their reason; so any leader goes on from there. Looks at the segments of tables
 * with a quota only. One thread at a time.
 */
public final class StorageQuotaKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(StorageQuotaKeeper.class);

  private final Supplier<ClusterView> view;
  private final ConsumptionDesk desk;

  public StorageQuotaKeeper(Supplier<ClusterView> view, ConsumptionDesk desk) {
    this.view = view;
    this.desk = desk;
  }

  /** Whether a table takes more than it may. */
  public static boolean isExceeded(TableView table) {
    OptionalLong allowed = table.config().routing().maxStorageBytes();
    return allowed.isPresent() && table.storedBytes() > allowed.getAsLong();
  }

  /** What a table takes, and may; of one that has a quota. For a person. */
  public static String describe(TableView table) {
    return "its sealed segments take %d bytes, quota.storage allows %d"
        .formatted(table.storedBytes(), table.config().routing().maxStorageBytes().orElseThrow());
  }

  /** Looks at all tables; comes again. */
  public void keep() {
    for (TableView table : view.get().tables().values()) {
      boolean isExceeded = isExceeded(table);
      boolean isPaused = table.consumption().isPaused();
      try {
        if (isExceeded && !isPaused) {
          hold(table);
        } else if (!isExceeded && isHeld(table)) {
          release(table);
        }
      } catch (RequestRefusedException gone) {
        LOG.debug("table {} is gone", table.tableId(), gone);
      }
    }
  }

  /** Whether a table is paused because of its quota. */
  public static boolean isHeld(TableView table) {
    return table
        .consumption()
        .pause()
        .filter(PauseState::isPaused)
        .filter(pause -> pause.reason() == STORAGE_QUOTA_EXCEEDED)
        .isPresent();
  }

  /** Segments without rows are named too: a resumption takes back what is ordered of them. */
  private void hold(TableView table) {
    String comment = describe(table);
    if (desk.hold(table.tableId(), STORAGE_QUOTA_EXCEEDED, comment, consuming(table))) {
      LOG.warn("table {} is paused: {}", table.config().nameWithType(), comment);
    }
  }

  private void release(TableView table) {
    String comment =
        table.config().routing().maxStorageBytes().isPresent()
            ? describe(table)
            : "it has no quota.storage any more";
    desk.release(
        table.tableId(),
        STORAGE_QUOTA_EXCEEDED,
        comment,
        consuming(table),
        segment -> isOpen(table, segment));
    LOG.info("table {} is consumed again: {}", table.config().nameWithType(), comment);
  }

  /** By partition, the sequence of its consuming segment. */
  private static Map<Integer, Integer> consuming(TableView table) {
    Map<Integer, Integer> consuming = new HashMap<>();
    for (PartitionView partition : table.partitions().values()) {
      for (SegmentView segment : partition.segments().values()) {
        SegmentMetadata metadata = segment.metadata();
        if (metadata.state() == SegmentState.CONSUMING) {
          consuming.put(partition.partition(), metadata.name().sequence());
        }
      }
    }
    return consuming;
  }

  /** One that is not ONLINE, or newer than the view. */
  private static boolean isOpen(TableView table, SegmentName name) {
    PartitionView partition = table.partitions().get(name.partition());
    if (partition == null || partition.segments().isEmpty()) {
      return true;
    }
    SegmentView segment = partition.segments().get(name.sequence());
    return segment == null
        ? name.sequence() > partition.segments().lastKey()
        : segment.metadata().state() != SegmentState.ONLINE;
  }
}
