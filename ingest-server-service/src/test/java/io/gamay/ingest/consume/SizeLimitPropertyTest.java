package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gamay.cluster.segment.CommitAttempt;
import io.gamay.cluster.segment.SegmentMetadata;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.segment.StoredCopy;
import io.gamay.cluster.table.FlushThresholds;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Segments that are sealed at the limit found for them, of rows whose sizes change. */
class SizeLimitPropertyTest {

  private static final long WANTED = 200L << 20;
  private static final double TOLERANCE = 0.10;
  private static final FlushThresholds BY_SIZE =
      new FlushThresholds(OptionalLong.empty(), OptionalLong.empty(), WANTED, Duration.ofHours(6));

  /** Segments of one partition, the newest first. */
  private final List<SegmentMetadata> sealed = new ArrayList<>();

  @Test
  void fromTheThirdOnSegmentsOfDriftingRowsAreOfTheWantedSize() {
    int[] checked = {0};
    double[] worst = {0};
    Seeds.forEach(
        2_000,
        random -> {
          sealed.clear();
          RowModel rows = new RowModel(random);
          double drift = random.nextDouble(0, 0.05);
          for (int sequence = 0; sequence < 20; sequence++) {
            long size = sealNext(rows, 1);
            double error = Math.abs((double) size / WANTED - 1);
            if (sequence >= 2) {
              assertThat(error).as("error of segment %d", sequence).isLessThan(TOLERANCE);
              worst[0] = Math.max(worst[0], error);
              checked[0]++;
            }
            rows.bytesPerRow *= 1 + random.nextDouble(-drift, drift);
          }
        });
    System.out.printf("size limit: %d segments, worst error %.3f%n", checked[0], worst[0]);
  }

  @Test
  void afterALeapOfTheRowSizeTheThirdSegmentIsOfTheWantedSizeAgain() {
    Seeds.forEach(
        1_000,
        random -> {
          sealed.clear();
          RowModel rows = new RowModel(random);
          for (int sequence = 0; sequence < 4; sequence++) {
            sealNext(rows, 1);
          }
          rows.bytesPerRow *= random.nextBoolean() ? random.nextDouble(2, 8) : 0.2;
          sealNext(rows, 1);
          sealNext(rows, 1);
          assertThat((double) sealNext(rows, 1) / WANTED).isCloseTo(1, within(TOLERANCE));
        });
  }

  @Test
  void afterAChangeOfTheSchemaTheSecondSegmentIsOfTheWantedSizeAgain() {
    Seeds.forEach(
        1_000,
        random -> {
          sealed.clear();
          RowModel rows = new RowModel(random);
          for (int sequence = 0; sequence < 4; sequence++) {
            sealNext(rows, 1);
          }
          rows.bytesPerRow *= random.nextDouble(0.5, 2);
          sealNext(rows, 2);
          assertThat((double) sealNext(rows, 2) / WANTED).isCloseTo(1, within(TOLERANCE));
        });
  }

  @Test
  void shortSegmentBetweenFullOnesTellsLittle() {
    RowModel rows = new RowModel(new SeededRandom(1));
    for (int sequence = 0; sequence < 4; sequence++) {
      sealNext(rows, 1);
    }
    seal(rows, 10, 1);
    assertThat((double) sealNext(rows, 1) / WANTED).isCloseTo(1, within(TOLERANCE));
  }

  @Test
  void limitIsTheSameHoweverManyOlderSegmentsAreKnown() {
    RowModel rows = new RowModel(new SeededRandom(1));
    for (int sequence = 0; sequence < SizeLimit.WINDOW + 4; sequence++) {
      sealNext(rows, 1);
    }
    SegmentMetadata next = consuming(99, 1);
    assertThat(SizeLimit.of(BY_SIZE, sealed.subList(0, SizeLimit.WINDOW), false, next))
        .isEqualTo(SizeLimit.of(BY_SIZE, sealed, true, next));
  }

  @Test
  void withoutRowsToLearnFromTheInitialRowsOfTheConfigCount() {
    SizeLimit initial = new SizeLimit(FlushThresholds.DEFAULT_INITIAL_ROWS, false);
    assertThat(SizeLimit.of(BY_SIZE, List.of(), false, consuming(0, 1))).isEqualTo(initial);
    seal(new RowModel(new SeededRandom(1)), 0, 1);
    assertThat(SizeLimit.of(BY_SIZE, sealed, false, consuming(1, 1))).isEqualTo(initial);
    assertThat(SizeLimit.of(BY_SIZE, List.of(), true, consuming(1, 1)).rows())
        .as("the first one is about to tell")
        .isGreaterThan(initial.rows());
  }

  /** Fixed parts, a dictionary that fills up with the first rows, and bytes of each row. */
  private static final class RowModel {
    private final SeededRandom random;
    private final long fixedBytes;
    private final double dictionaryBytes;
    private final double dictionaryFullAt;
    private double bytesPerRow;

    RowModel(SeededRandom random) {
      this.random = random;
      this.bytesPerRow = random.nextDouble(8, 400);
      this.fixedBytes = random.nextInt(500, 20_000);
      this.dictionaryBytes = random.nextDouble(0, 0.05) * WANTED;
      this.dictionaryFullAt = random.nextInt(1_000, 40_000);
    }

    long fileBytes(long rows) {
      double noise = random.nextDouble(0.995, 1.005);
      double dictionary = dictionaryBytes * (1 - Math.exp(-rows / dictionaryFullAt));
      return fixedBytes + Math.round((dictionary + rows * bytesPerRow) * noise);
    }
  }

  private long sealNext(RowModel rows, int schemaVersion) {
    SegmentMetadata next = consuming(sealed.size(), schemaVersion);
    return seal(rows, SizeLimit.of(BY_SIZE, sealed, false, next).rows(), schemaVersion);
  }

  private long seal(RowModel model, long rows, int schemaVersion) {
    long size = model.fileBytes(rows);
    StoredCopy copy =
        new StoredCopy(
            "k",
            1,
            size,
            Math.toIntExact(rows),
            new LedgerCounts(rows, 0, 1, 0, 0),
            List.of(),
            Map.of());
    sealed.addFirst(
        consuming(sealed.size(), schemaVersion)
            .committing(rows + 1, new CommitAttempt(1, "A", Instant.EPOCH))
            .online(copy));
    return size;
  }

  private static SegmentMetadata consuming(int sequence, int schemaVersion) {
    return SegmentMetadata.consuming(
        SegmentName.create("trips", 0, sequence, Instant.EPOCH),
        0,
        schemaVersion,
        1,
        new EncodingDecisions(1, Set.of(), Set.of()),
        Instant.EPOCH);
  }
}
