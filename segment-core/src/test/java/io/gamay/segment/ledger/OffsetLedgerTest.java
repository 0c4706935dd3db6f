package io.gamay.segment.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetLedgerTest {

  private final OffsetLedger ledger = new OffsetLedger(10);

  @Test
  void everyFateIsCountedAndTheRangeCloses() {
    ledger.indexed(10);
    ledger.filtered(11);
    ledger.rejected(rejected(12, RejectionReason.EMPTY));
    ledger.absentTo(20);
    ledger.lost(new OffsetRange(20, 1_000_000_000_000L));
    ledger.indexedRun(new OffsetRange(1_000_000_000_000L, 1_000_000_000_005L));

    LedgerCounts counts = ledger.view().counts();
    assertThat(counts).isEqualTo(new LedgerCounts(6, 1, 1, 7, 999_999_999_980L));
    assertThat(counts.closes(ledger.view().range())).isTrue();
    assertThat(ledger.lostRanges()).containsExactly(new OffsetRange(20, 1_000_000_000_000L));
    assertThat(ledger.countsBelow(10)).isEqualTo(LedgerCounts.ZERO);
    assertThat(ledger.countsBelow(13)).isEqualTo(new LedgerCounts(1, 1, 1, 0, 0));
    assertThat(ledger.countsBelow(22)).isEqualTo(new LedgerCounts(1, 1, 1, 7, 2));
  }

  @Test
  void offsetToldTwiceIsRefusedWithBothFates() {
    ledger.indexed(10);
    ledger.filtered(11);

    assertThatThrownBy(() -> ledger.indexed(11))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("offset 11 is filtered already, cannot be indexed too");
    assertThatThrownBy(() -> ledger.absentTo(10))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("offset 10 is indexed already, cannot be absent too");
    assertThatThrownBy(() -> ledger.indexed(9))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("9")
        .hasMessageContaining("start 10");
    assertThat(ledger.position()).isEqualTo(12);
  }

  @Test
  void offsetLeftOutIsRefused() {
    assertThatThrownBy(() -> ledger.rejected(rejected(12, RejectionReason.TOMBSTONE)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("offset 10 has no fate, cannot go on with offset 12 rejected (TOMBSTONE)");
    assertThat(ledger.view().rejected(10)).isEmpty();
  }

  @Test
  void otherThreadsSeeWhatWasPublished() {
    ledger.indexed(10);
    assertThat(ledger.snapshot().range().isEmpty()).isTrue();

    ledger.publish();
    LedgerView snapshot = ledger.snapshot();
    ledger.indexed(11);
    ledger.filtered(12);

    assertThat(snapshot.range()).isEqualTo(new OffsetRange(10, 11));
    assertThat(snapshot.counts().indexed()).isEqualTo(1);
  }

  @Test
  void boundOutsideOfWhatWasToldIsRefused() {
    ledger.indexed(10);

    assertThatThrownBy(() -> ledger.countsBelow(9)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ledger.countsBelow(12)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> ledger.splitAt(12)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void touchingLossesAreOneRange() {
    ledger.lost(new OffsetRange(10, 12));
    ledger.lost(new OffsetRange(12, 15));
    ledger.absentTo(16);
    ledger.lost(new OffsetRange(16, 17));

    assertThat(ledger.lostRanges())
        .isEqualTo(List.of(new OffsetRange(10, 15), new OffsetRange(16, 17)));
    assertThat(ledger.view().below(13).lostRanges()).containsExactly(new OffsetRange(10, 13));
  }

  @Test
  void firstThousandSamplesAreKeptWithinTheirLimitsAndAllAreCounted() {
    for (int i = 0; i < 2500; i++) {
      ledger.rejected(
          new RejectedRecord(
              10 + i,
              i % 2 == 0 ? RejectionReason.MALFORMED : RejectionReason.WRONG_TYPE,
              "x".repeat(10_000),
              new byte[100_000],
              100_000));
    }

    List<RejectedRecord> kept = ledger.rejectedBelow(ledger.position(), Integer.MAX_VALUE);
    assertThat(kept).hasSize(RejectedRecord.MAX_SAMPLES_PER_SEGMENT);
    assertThat(kept.getFirst().offset()).isEqualTo(10);
    assertThat(kept.getLast().offset()).isEqualTo(1009);
    assertThat(kept.getFirst().sample()).hasSize(RejectedRecord.MAX_SAMPLE_BYTES);
    assertThat(kept.getFirst().recordSizeBytes()).isEqualTo(100_000);
    assertThat(ledger.rejectedBelow(12, 10)).hasSize(2);
    assertThat(ledger.rejectedBelow(100, 10)).hasSize(10);
    assertThat(ledger.rejectedByReasonBelow(13))
        .isEqualTo(Map.of(RejectionReason.MALFORMED, 2L, RejectionReason.WRONG_TYPE, 1L));
    assertThat(ledger.memoryBytes()).isLessThan(2000 * 6000);
  }

  @Test
  void successorKeepsItsOwnFirstSamplesEvenIfTheyWereNotAmongTheFirst() {
    for (int i = 0; i < 2500; i++) {
      ledger.rejected(rejected(10 + i, RejectionReason.EMPTY));
    }

    OffsetLedger successor = ledger.splitAt(2000);

    List<RejectedRecord> kept = successor.rejectedBelow(2510, 2000);
    assertThat(kept).hasSize(510);
    assertThat(kept.getFirst().offset()).isEqualTo(2000);
    assertThat(successor.snapshot().counts().rejected()).isEqualTo(510);
  }

  @Test
  void alternatingFatesTakeAboutAByteAnOffset() {
    for (long offset = 10; offset < 100_010; offset += 2) {
      ledger.indexed(offset);
      ledger.filtered(offset + 1);
    }

    assertThat(ledger.memoryBytes()).isLessThan(120_000);
    assertThat(ledger.countsBelow(50_011)).isEqualTo(new LedgerCounts(25_001, 25_000, 0, 0, 0));
  }

  private static RejectedRecord rejected(long offset, RejectionReason reason) {
    return new RejectedRecord(offset, reason, "field x", new byte[3], 3);
  }
}
