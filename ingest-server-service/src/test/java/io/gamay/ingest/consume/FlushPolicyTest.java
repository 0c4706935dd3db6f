package io.gamay.ingest.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.commit.CommitReport.StopReason;
import io.gamay.cluster.table.FlushThresholds;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FlushPolicyTest {

  private static final Duration AGE = Duration.ofHours(1);
  private static final FlushThresholds BY_SIZE =
      new FlushThresholds(OptionalLong.empty(), OptionalLong.empty(), 1_000_000, AGE);
  private static final SizeLimit INITIAL = new SizeLimit(100, false);
  private static final SizeLimit LEARNED = new SizeLimit(100, true);

  private final FlushPolicy policy = new FlushPolicy();

  @Test
  void rowLimitEndsASegmentAtItsRows() {
    OptionalLong rows = OptionalLong.of(50);
    assertThat(policy.due(BY_SIZE, rows, LEARNED, 49, 1L << 40, Duration.ZERO)).isEmpty();
    assertThat(policy.due(BY_SIZE, rows, LEARNED, 57, 0, Duration.ZERO))
        .contains(new FlushPolicy.Stop(StopReason.ROW_LIMIT, rows));
  }

  @Test
  void rowsThatMakeTheWantedSizeEndASegment() {
    assertThat(due(LEARNED, 99, 1L << 40)).isEmpty();
    assertThat(due(LEARNED, 100, 0))
        .contains(new FlushPolicy.Stop(StopReason.SIZE_LIMIT, OptionalLong.of(100)));
  }

  @Test
  void ageEndsASegmentWhereItStands() {
    assertThat(policy.due(BY_SIZE, OptionalLong.empty(), LEARNED, 1, 0, AGE))
        .contains(new FlushPolicy.Stop(StopReason.TIME_LIMIT, OptionalLong.empty()));
  }

  @Test
  void firstSegmentOfLargeRowsEndsByItsMemory() {
    assertThat(due(INITIAL, 1, 1_999_999)).isEmpty();
    assertThat(due(INITIAL, 1, 2_000_000))
        .map(FlushPolicy.Stop::rows)
        .contains(OptionalLong.empty());
  }

  @Test
  void rowsThatGrewWithinASegmentEndItAheadOnceAFullOneToldWhatMemoryBecomes() {
    policy.learn(BY_SIZE, 1_000, 900);
    assertThat(due(LEARNED, 50, 1L << 40)).as("a short file tells nothing").isEmpty();
    policy.learn(BY_SIZE, 10_000_000, 1_000_000);
    assertThat(due(LEARNED, 50, 14_900_000)).isEmpty();
    assertThat(due(LEARNED, 50, 15_100_000))
        .map(FlushPolicy.Stop::reason)
        .contains(StopReason.SIZE_LIMIT);
  }

  private Optional<FlushPolicy.Stop> due(SizeLimit limit, int docCount, long memoryBytes) {
    return policy.due(BY_SIZE, OptionalLong.empty(), limit, docCount, memoryBytes, Duration.ZERO);
  }
}
