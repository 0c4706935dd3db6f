package io.gamay.ingest.hosting;

import io.gamay.cluster.assignment.CurrentSegment;
import io.gamay.cluster.assignment.CurrentSegment.ServingState;
import io.gamay.cluster.report.IndexReport;
import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.immutable.IndexDescription;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** How what is hosted here stands, for people and for the controller. Thread-safe. */
public final class HostingReports {

  private final HostedPartitions partitions;
  private final MissedSegments missed;
  private final LocalRoom room;
  private final SegmentCopies copies;
  private final SegmentLoader loader;

  HostingReports(
      HostedPartitions partitions,
      MissedSegments missed,
      LocalRoom room,
      SegmentCopies copies,
      SegmentLoader loader) {
    this.partitions = partitions;
    this.missed = missed;
    this.room = room;
    this.copies = copies;
    this.loader = loader;
  }

  /**
   * Partitions whose tails do not answer yet because they have not caught up since the start of
   * this server, and sealed segments that it missed while it was away and has not loaded yet, if
   * they are not in an error either; for a person.
   */
  public List<String> catchingUp() {
    List<String> behind = new ArrayList<>();
    for (HostedPartition hosted : partitions.all()) {
      PartitionFeed feed = hosted.feed();
      if (feed != null
          && !hosted.view().isTailReady()
          && feed.states().values().stream()
              .noneMatch(state -> state.state() == ServingState.ERROR)) {
        behind.add("partition %d of %s".formatted(hosted.serving().partition(), hosted.tableId()));
      }
    }
    List<SegmentName> loading = missed.loading();
    if (!loading.isEmpty()) {
      behind.add("%d sealed segments, from %s on".formatted(loading.size(), loading.getFirst()));
    }
    return behind;
  }

  /** Why segments that are served as they should be are not reloaded, for a person. */
  public List<String> reloadTroubles() {
    List<String> troubles = new ArrayList<>();
    for (HostedPartition hosted : partitions.all()) {
      hosted
          .reloadFailures()
          .forEach((segment, reason) -> troubles.add("segment " + segment + ": " + reason));
    }
    troubles.sort(Comparator.naturalOrder());
    return troubles;
  }

  /** Why things are not as they should be, for a person; empty when they are. */
  public List<String> troubles() {
    List<String> troubles = new ArrayList<>();
    for (HostedPartition hosted : partitions.all()) {
      hosted
          .loadFailures()
          .forEach((segment, reason) -> troubles.add("segment " + segment + ": " + reason));
      if (!hosted.trouble().isEmpty()) {
        troubles.add(hosted.trouble());
      }
      hosted
          .restartPause()
          .due()
          .ifPresent(
              due ->
                  troubles.add(
                      "partition %d of %s is consumed anew at %s"
                          .formatted(hosted.serving().partition(), hosted.tableId(), due)));
      PartitionFeed feed = hosted.feed();
      if (feed != null) {
        Set<SegmentName> paused = feed.paused();
        feed.states()
            .forEach(
                (segment, state) -> {
                  if (!state.reason().isEmpty() && !paused.contains(segment)) {
                    troubles.add("segment " + segment + ": " + state.reason());
                  }
                });
      }
    }
    return troubles;
  }

  /** What waits because this server's limits say so, and for what; for a person. No trouble. */
  public List<String> pauses() {
    List<String> pauses = new ArrayList<>();
    for (HostedPartition hosted : partitions.all()) {
      PartitionFeed feed = hosted.feed();
      if (feed != null) {
        Map<SegmentName, CurrentSegment> states = feed.states();
        for (SegmentName segment : feed.paused()) {
          CurrentSegment state = states.get(segment);
          if (state != null) {
            pauses.add("segment " + segment + ": " + state.reason());
          }
        }
      }
    }
    pauses.sort(Comparator.naturalOrder());
    return pauses;
  }

  /**
   * Segments that are hosted without their files.
   *
   * @param bytes of their files
   * @param tooLarge those whose files alone are larger than all that sealed files may take here, so
   *     that queries do not get them, by name
   */
  public record Evicted(int segments, long bytes, List<String> tooLarge) {
    public Evicted {
      tooLarge = List.copyOf(tooLarge);
    }
  }

  public Evicted evicted() {
    int segments = 0;
    long bytes = 0;
    List<String> tooLarge = new ArrayList<>();
    for (HostedPartition hosted : partitions.all()) {
      for (ServedSegment served : hosted.view().segments()) {
        if (served.content() instanceof ServedSegment.Content.Evicted(int _, long sizeBytes)) {
          segments++;
          bytes += sizeBytes;
          if (!room.canHold(sizeBytes)) {
            tooLarge.add(served.name().toString());
          }
        }
      }
    }
    tooLarge.sort(Comparator.naturalOrder());
    return new Evicted(segments, bytes, tooLarge);
  }

  /** How the indexes of a table's sealed segments here stand. */
  public List<IndexReport> indexes(String tableId) {
    List<IndexReport> reports = new ArrayList<>();
    for (HostedPartition hosted : partitions.of(tableId)) {
      hosted.view().segments().stream()
          .flatMap(served -> indexes(hosted, served).stream())
          .forEach(reports::add);
    }
    reports.sort(Comparator.comparing(IndexReport::segment));
    return reports;
  }

  private Optional<IndexReport> indexes(HostedPartition hosted, ServedSegment served) {
    SegmentName name = served.name();
    if (served.isEvicted()) {
      return Optional.of(
          new IndexReport(name.toString(), true, false, troubleOf(hosted, name), List.of()));
    }
    return IndexRebuilder.sealed(hosted.view(), name)
        .map(segment -> indexes(hosted, name, segment));
  }

  private IndexReport indexes(HostedPartition hosted, SegmentName name, ImmutableSegment segment) {
    return new IndexReport(
        name.toString(),
        IndexRebuilder.isAsWanted(segment, hosted.indexes()),
        loader.isReloading(new SegmentKey(hosted.tableId(), name)),
        troubleOf(hosted, name),
        segment.describeIndexes().stream().map(IndexDescription::toString).toList());
  }

  /**
   * What is held of sealed segments of a table, to be compared with what is asked for. May look at
   * files.
   *
   * @param segment one of them; empty: all
   */
  public List<ReloadReport> reloads(String tableId, Optional<SegmentName> segment) {
    List<ReloadReport> reports = new ArrayList<>();
    for (HostedPartition hosted : partitions.of(tableId)) {
      for (ServedSegment served : hosted.view().segments()) {
        SegmentName name = served.name();
        if (served.dataCrc().isPresent() && (segment.isEmpty() || segment.get().equals(name))) {
          reports.add(reload(hosted, name));
        }
      }
    }
    reports.sort(Comparator.comparing(ReloadReport::segment));
    return reports;
  }

  private ReloadReport reload(HostedPartition hosted, SegmentName name) {
    int configVersion = hosted.configVersion();
    return new ReloadReport(
        name.toString(),
        configVersion,
        !SegmentLoader.isIndexWanted(hosted, name),
        copies.downloadOf(hosted, name),
        troubleOf(hosted, name));
  }

  private static String troubleOf(HostedPartition hosted, SegmentName name) {
    return Optional.ofNullable(hosted.reloadFailures().get(name))
        .or(() -> Optional.ofNullable(hosted.loadFailures().get(name)))
        .orElse("");
  }
}
