package io.gamay.segment.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OffsetLedgerPropertyTest {

  private static final List<RejectionReason> REASONS = List.of(RejectionReason.values());

  /** What a list of one fate per offset would say. */
  private record Model(long start, List<String> fates, List<RejectedRecord> rejected) {

    LedgerCounts counts(long from, long to) {
      long[] counts = new long[5];
      for (long offset = from; offset < to; offset++) {
        String fate = fates.get((int) (offset - start));
        counts["ifrax".indexOf(fate.charAt(0))]++;
      }
      return new LedgerCounts(counts[0], counts[1], counts[2], counts[3], counts[4]);
    }

    Map<RejectionReason, Long> byReason(long from, long to) {
      Map<RejectionReason, Long> counts = new EnumMap<>(RejectionReason.class);
      for (RejectedRecord record : rejected) {
        if (record.offset() >= from && record.offset() < to) {
          counts.merge(record.reason(), 1L, Long::sum);
        }
      }
      return counts;
    }

    List<OffsetRange> lost(long from, long to) {
      List<OffsetRange> lost = new ArrayList<>();
      for (long offset = from; offset < to; offset++) {
        if (!fates.get((int) (offset - start)).equals("x")) {
          continue;
        }
        boolean touches = !lost.isEmpty() && lost.getLast().end() == offset;
        OffsetRange range =
            new OffsetRange(touches ? lost.removeLast().start() : offset, offset + 1);
        lost.add(range);
      }
      return lost;
    }

    List<Long> sampleOffsets(long from, long to) {
      return rejected.stream()
          .map(RejectedRecord::offset)
          .filter(offset -> offset >= from && offset < to)
          .limit(RejectedRecord.MAX_SAMPLES_PER_SEGMENT)
          .toList();
    }
  }

  @Test
  void ledgerSaysWhatOneFatePerOffsetSaysForEveryBoundAndSplit() {
    Seeds.forEach(150, this::checkCase);
  }

  private void checkCase(SeededRandom random) {
    long start = random.chance(0.2) ? 0 : random.nextLong(1L << 40);
    OffsetLedger ledger = new OffsetLedger(start);
    Model model = new Model(start, new ArrayList<>(), new ArrayList<>());
    int maxRun = random.oneOf(List.of(1, 3, 300));
    int steps = random.between(0, maxRun == 300 ? 60 : 3000);
    int middle = random.between(0, steps);
    LedgerView before = ledger.view();
    long beforeEnd = start;
    for (int step = 0; step < steps; step++) {
      tell(random, ledger, model, random.between(0, maxRun));
      if (step == middle) {
        before = ledger.view();
        beforeEnd = ledger.position();
      }
    }

    long end = start + model.fates.size();
    assertThat(ledger.position()).isEqualTo(end);
    check(before, model, start, beforeEnd, random);
    check(ledger.view(), model, start, end, random);

    long cut = start + random.between(0, model.fates.size());
    OffsetLedger successor = ledger.splitAt(cut);
    check(successor.snapshot(), model, cut, end, random);
    check(ledger.view().below(cut), model, start, cut, random);
    int more = random.between(1, 20);
    for (int step = 0; step < more; step++) {
      tell(random, successor, model, 3);
    }
    check(successor.view(), model, cut, start + model.fates.size(), random);
  }

  private static void tell(SeededRandom random, OffsetLedger ledger, Model model, int length) {
    long position = ledger.position();
    OffsetRange run = new OffsetRange(position, position + length);
    int fate = random.nextInt(5);
    switch (fate) {
      case 0 -> ledger.indexedRun(run);
      case 1 -> {
        for (long offset = run.start(); offset < run.end(); offset++) {
          ledger.filtered(offset);
        }
      }
      case 2 -> {
        for (long offset = run.start(); offset < run.end(); offset++) {
          RejectedRecord record =
              new RejectedRecord(offset, random.oneOf(REASONS), "", new byte[0], 0);
          ledger.rejected(record);
          model.rejected.add(record);
        }
      }
      case 3 -> ledger.absentTo(run.end());
      default -> ledger.lost(run);
    }
    for (int i = 0; i < length; i++) {
      model.fates.add(String.valueOf("ifrax".charAt(fate)));
    }
  }

  private static void check(
      LedgerView view, Model model, long start, long end, SeededRandom random) {
    assertThat(view.range()).isEqualTo(new OffsetRange(start, end));
    assertThat(view.counts()).isEqualTo(model.counts(start, end));
    assertThat(view.counts().closes(view.range())).isTrue();
    assertThat(view.rejectedByReason()).isEqualTo(model.byReason(start, end));
    assertThat(view.lostRanges()).isEqualTo(model.lost(start, end));
    for (int i = 0; i < 20; i++) {
      long bound = start + random.nextLong(end - start + 1);
      assertThat(view.countsBelow(bound)).isEqualTo(model.counts(start, bound));
      assertThat(view.below(bound).lostRanges()).isEqualTo(model.lost(start, bound));
    }
    List<Long> expectedSamples = model.sampleOffsets(start, end);
    List<Long> samples =
        view.rejected(Integer.MAX_VALUE).stream().map(RejectedRecord::offset).toList();
    if (model.rejected.size() <= 2 * RejectedRecord.MAX_SAMPLES_PER_SEGMENT) {
      assertThat(samples).isEqualTo(expectedSamples);
    } else {
      assertThat(samples).isSubsetOf(model.rejected.stream().map(RejectedRecord::offset).toList());
    }
  }
}
