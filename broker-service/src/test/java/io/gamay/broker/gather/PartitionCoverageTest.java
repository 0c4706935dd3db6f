package io.gamay.broker.gather;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.ledger.OffsetRange;
import org.junit.jupiter.api.Test;

class PartitionCoverageTest {

  @Test
  void touchingRangesJoinWhateverTheirOrder() {
    PartitionCoverage coverage = covering(10, new OffsetRange(20, 30), new OffsetRange(10, 20));
    assertThat(coverage.joined()).containsExactly(new OffsetRange(10, 30));
    assertThat(coverage.isGapless()).isTrue();
    assertThat(coverage.high()).isEqualTo(30);
  }

  @Test
  void holeIsSeen() {
    assertThat(covering(10, new OffsetRange(10, 20), new OffsetRange(21, 30)).isGapless())
        .isFalse();
  }

  @Test
  void missingBeginningIsSeen() {
    assertThat(covering(10, new OffsetRange(20, 30)).isGapless()).isFalse();
  }

  @Test
  void overlapIsSeenAlsoOfEqualRanges() {
    assertThat(covering(0, new OffsetRange(0, 20), new OffsetRange(19, 30)).overlaps()).isTrue();
    assertThat(covering(0, new OffsetRange(0, 20), new OffsetRange(0, 20)).overlaps()).isTrue();
    assertThat(covering(0, new OffsetRange(0, 20), new OffsetRange(20, 30)).overlaps()).isFalse();
  }

  @Test
  void emptyTailCoversNothingAndDisturbsNothing() {
    PartitionCoverage coverage = covering(0, new OffsetRange(0, 20), new OffsetRange(20, 20));
    assertThat(coverage.joined()).containsExactly(new OffsetRange(0, 20));
    assertThat(coverage.isGapless()).isTrue();
    assertThat(covering(5, new OffsetRange(5, 5)).high()).isEqualTo(5);
  }

  @Test
  void holeAtTheEndIsSeen() {
    PartitionCoverage coverage = covering(0, new OffsetRange(0, 20), new OffsetRange(25, 25));
    assertThat(coverage.isGapless()).isFalse();
    assertThat(coverage.whole()).isEmpty();
    assertThat(coverage.high()).isEqualTo(20);
    assertThat(coverage.reached()).isEqualTo(25);
    assertThat(covering(5, new OffsetRange(9, 9)).isGapless()).isFalse();
  }

  private static PartitionCoverage covering(long from, OffsetRange... ranges) {
    PartitionCoverage coverage = new PartitionCoverage(0, from);
    for (OffsetRange range : ranges) {
      coverage.add(range);
    }
    return coverage;
  }
}
