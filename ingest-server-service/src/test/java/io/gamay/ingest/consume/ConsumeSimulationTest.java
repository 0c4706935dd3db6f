package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentState;
import io.gamay.ingest.hosting.PartitionServing;
import io.gamay.ingest.hosting.PartitionView;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One or two servers, a leader, a log and a deep store under seeded schedules: messages late, lost
 * and doubled, servers killed, consumers broken, versions changed, attempts taken away, consumption
 * paused, resumed with and without a skip, segments ended by order, the deep store away or lying.
 * After each step every server answers exactly the rows that it claims to cover; in the end, when
 * faults stop, everything becomes ONLINE and every offset is accounted for.
 */
class ConsumeSimulationTest {

  private static final int CASES = 300;
  private static final int STEPS = 250;
  private static final int QUIET_ROUNDS = 400;

  @TempDir Path directory;

  @Test
  void everyScheduleServesExactlyWhatItCoversAndEndsOnline() {
    int[] number = {0};
    Seeds.forEach(
        CASES, random -> new Case(random, directory.resolve("case-" + number[0]++)).run());
  }

  /**
   * A server starts while a segment is ONLINE behind one that is being committed. {@link
   * TailReadinessTest} has the same without the seed.
   */
  @Test
  void scheduleThatFailedOnce() throws Exception {
    new Case(new SeededRandom(-3103218385547601618L), directory.resolve("case")).run();
  }

  private static final class Case {
    private final SeededRandom random;
    private final List<String> log = new ArrayList<>();
    private final List<InMemoryStream> streams = new ArrayList<>();
    private final InMemoryDeepStore deepStore = new InMemoryDeepStore();
    private final SimulatedCluster cluster;
    private final List<SimulatedServer> servers = new ArrayList<>();

    /** What a server has covered in an answer so far, restarts included. */
    private final Map<SimulatedServer, Long> highest = new HashMap<>();

    /** What was not to be read by order; some replica may have read it before. */
    private final Set<Long> skipped = new TreeSet<>();

    /** Servers that have not covered again what they covered before their consumer started. */
    private final Set<SimulatedServer> starting = new HashSet<>();

    /** Those that were held by a pause meanwhile: rows that nobody had committed come later. */
    private final Set<SimulatedServer> heldAtStart = new HashSet<>();

    private final boolean hasRetention;
    private Instant now = Instant.EPOCH;
    private int answers;

    Case(SeededRandom random, Path directory) throws Exception {
      this.random = random;
      List<String> ids = random.nextBoolean() ? List.of("A") : List.of("A", "B");
      this.cluster =
          new SimulatedCluster(
              random,
              ids,
              Fixtures.config(
                  1,
                  OptionalLong.of(random.nextInt(3, 40)),
                  Duration.ofSeconds(random.nextInt(10, 10_000))));
      this.hasRetention = random.nextInt(4) == 0;
      for (String id : ids) {
        InMemoryStream stream = new InMemoryStream();
        streams.add(stream);
        servers.add(
            new SimulatedServer(
                id,
                random,
                stream,
                cluster,
                deepStore,
                directory.resolve(id),
                () -> now,
                random.nextInt(5) == 0 ? 1L << 20 : 1L << 40));
      }
    }

    void run() throws Exception {
      for (int step = 0; step < STEPS; step++) {
        step();
        for (SimulatedServer server : servers) {
          check(server);
        }
      }
      becomeQuiet();
      for (SimulatedServer server : servers) {
        server.close();
      }
    }

    private void step() throws Exception {
      SimulatedServer server = servers.get(random.nextInt(servers.size()));
      switch (random.nextInt(24)) {
        case 0, 1, 2 -> produce();
        case 3, 4, 5, 6, 7, 8 -> server.poll(random.nextInt(1, 12));
        case 9, 10, 11, 12 -> server.reconcile();
        case 13, 14, 15, 16 -> server.deliverOne(true);
        case 17, 18, 19 -> server.work();
        case 20 -> now = now.plusSeconds(random.nextInt(1, 8));
        case 21 -> rareFault(server);
        case 22 -> deepStore.setAway(random.nextInt(3) == 0);
        case 23 -> cluster.setDecides(random.nextInt(4) > 0);
        default -> throw new IllegalStateException();
      }
    }

    private void rareFault(SimulatedServer server) throws Exception {
      switch (random.nextInt(10)) {
        case 0, 1 -> server.restart();
        case 2 -> cluster.changeVersions();
        case 3 -> cluster.pickAgain();
        case 4 -> deepStore.corruptNextPut();
        case 5 -> server.breakConsumer();
        case 6 -> {
          if (hasRetention) {
            long before = random.nextLong(streams.getFirst().end() + 1);
            streams.forEach(stream -> stream.deleteBefore(before));
          }
        }
        case 7, 8 -> pauseOrResume();
        case 9 -> cluster.forceCommit();
        default -> throw new IllegalStateException();
      }
    }

    private void pauseOrResume() {
      if (!cluster.consumption().isPaused()) {
        cluster.pause();
      } else if (random.nextBoolean()) {
        cluster.resume();
      } else {
        long start = cluster.segments().lastEntry().getValue().startOffset();
        long to = random.nextLong(start, streams.getFirst().end() + 1);
        cluster.resumeAt(Map.of(0, to));
        addAll(new OffsetRange(start, to), skipped);
      }
    }

    private void produce() {
      for (int i = random.nextInt(1, 15); i > 0; i--) {
        int kind = random.nextInt(10);
        String record = kind == 0 ? "" : kind == 1 ? "bad" : Integer.toString(log.size() % 7);
        log.add(kind == 0 ? null : record);
        streams.forEach(stream -> stream.append(Optional.ofNullable(log.getLast())));
      }
    }

    /** What a broker with the newest view would be answered. */
    private void check(SimulatedServer server) {
      Optional<PartitionServing> serving = server.serving();
      if (serving.isEmpty() || !serving.get().view().isTailReady()) {
        starting.add(server);
      }
      if (cluster.consumption().isPaused()) {
        heldAtStart.addAll(starting);
      }
      if (serving.isEmpty()) {
        return;
      }
      PartitionView view = serving.get().view();
      Set<Long> rows = new TreeSet<>();
      Set<Long> lost = new TreeSet<>();
      long next = 0;
      for (SegmentMetadata segment : cluster.segments().values()) {
        if (segment.state() != SegmentState.ONLINE) {
          break;
        }
        Optional<ServedSegment> served =
            view.segment(segment.name())
                .filter(
                    here ->
                        here.dataCrc()
                            .equals(OptionalInt.of(segment.stored().orElseThrow().dataCrc())));
        if (served.isEmpty()) {
          return;
        }
        read(served.get(), 0, rows);
        segment.stored().get().lost().forEach(range -> addAll(range, lost));
        next = segment.endOffset().getAsLong();
      }
      if (!view.isTailReady()) {
        return;
      }
      long high = next;
      for (ServedSegment served : view.tailFrom(next)) {
        assertThat(served.start()).isLessThanOrEqualTo(high);
        high = read(served, next, rows);
        lostHere(served).forEach(range -> addAll(range, lost));
      }
      answers++;
      rows.removeAll(skipped);
      lost.addAll(skipped);
      assertThat(rows).as("rows below %d of %s", high, view).isEqualTo(expected(high, lost));
      long before = highest.getOrDefault(server, 0L);
      if (high >= before) {
        highest.put(server, high);
        starting.remove(server);
        heldAtStart.remove(server);
      } else {
        assertThat(heldAtStart).as("%s fell from %d to %d", server, before, high).contains(server);
      }
    }

    private static List<OffsetRange> lostHere(ServedSegment served) {
      return served.content() instanceof ServedSegment.Content.Sealed(ImmutableSegment file)
          ? file.lostRanges()
          : served.missing();
    }

    private long read(ServedSegment served, long from, Set<Long> rows) {
      try (SegmentLease _ = served.holding().lease().orElseThrow()) {
        SegmentReader reader = served.read();
        assertThat(reader.schema().version())
            .as("version of %s", served.name())
            .isEqualTo(cluster.segment(served.name().sequence()).schemaVersion());
        DocIdBlock docs = new DocIdBlock();
        long[] offsets = new long[DocIdBlock.MAX_DOCS];
        docs.setRange(0, reader.docCount());
        reader.readOffsets(docs, offsets);
        for (int i = 0; i < reader.docCount(); i++) {
          if (offsets[i] >= from) {
            assertThat(rows.add(offsets[i])).as("offset %d once", offsets[i]).isTrue();
          }
        }
        return reader.offsets().end();
      }
    }

    private Set<Long> expected(long high, Set<Long> lost) {
      Set<Long> expected = new TreeSet<>();
      for (long offset = 0; offset < high; offset++) {
        String record = log.get((int) offset);
        if (record != null && Fixtures.isGood(record) && !lost.contains(offset)) {
          expected.add(offset);
        }
      }
      return expected;
    }

    private static void addAll(OffsetRange range, Set<Long> offsets) {
      for (long offset = range.start(); offset < range.end(); offset++) {
        offsets.add(offset);
      }
    }

    private void becomeQuiet() {
      deepStore.setAway(false);
      cluster.setDecides(true);
      cluster.resume();
      for (int round = 0; round < QUIET_ROUNDS && !isQuiet(); round++) {
        now = now.plusSeconds(4);
        for (SimulatedServer server : servers) {
          server.reconcile();
          server.poll(50);
          for (int i = 0; i < 6; i++) {
            server.deliverOne(false);
            server.work();
          }
          check(server);
        }
      }
      assertThat(answers).isPositive();
      assertThat(isQuiet()).as("quiet after %s", describe()).isTrue();
      checkTiles();
    }

    /** All that is decided is ONLINE and served everywhere, and every tail is at the log's end. */
    private boolean isQuiet() {
      for (SimulatedServer server : servers) {
        if (server.serving().isEmpty()) {
          return false;
        }
        PartitionView view = server.serving().get().view();
        for (SegmentMetadata segment : cluster.segments().values()) {
          boolean isServed =
              segment.stored().isPresent()
                  && view.segment(segment.name())
                      .filter(
                          here ->
                              here.dataCrc()
                                  .equals(OptionalInt.of(segment.stored().get().dataCrc())))
                      .isPresent();
          if (segment.state() == SegmentState.COMMITTING
              || (segment.state() == SegmentState.ONLINE && !isServed)) {
            return false;
          }
        }
        long tail = cluster.segments().lastEntry().getValue().startOffset();
        if (!view.isTailReady() || view.tailEnd(tail) != log.size()) {
          return false;
        }
      }
      return true;
    }

    private void checkTiles() {
      long next = 0;
      for (SegmentMetadata segment : cluster.segments().values()) {
        assertThat(segment.startOffset()).isEqualTo(next);
        if (segment.state() == SegmentState.ONLINE) {
          assertThat(segment.stored().orElseThrow().ledger().closes(segment.offsets())).isTrue();
          next = segment.endOffset().getAsLong();
        }
      }
    }

    private String describe() {
      StringBuilder text = new StringBuilder("log end " + log.size());
      for (SegmentMetadata segment : cluster.segments().values()) {
        text.append("\n  ").append(segment.name().sequence()).append(' ').append(segment.state());
        text.append(' ').append(segment.startOffset()).append(' ').append(segment.endOffset());
        text.append(' ').append(segment.attempt());
      }
      for (SimulatedServer server : servers) {
        text.append("\n server: ")
            .append(server.serving().map(serving -> serving.view().toString()).orElse("-"));
        server
            .host()
            .feedsOf(Fixtures.TABLE_ID)
            .forEach(feed -> text.append("\n   ").append(feed.reports()));
        text.append("\n   ").append(server.host().reports().troubles());
      }
      return text.toString();
    }
  }
}
