package io.gamay.segment.format;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The blocks {@link BlockKind#LEDGER} and {@link BlockKind#QUARANTINE}. */
final class LedgerCodec {

  private LedgerCodec() {}

  static void write(LedgerRecord ledger, RecordOutput out) {
    write(ledger.offsets(), out);
    LedgerCounts counts = ledger.counts();
    out.putLong(counts.indexed());
    out.putLong(counts.filtered());
    out.putLong(counts.rejected());
    out.putLong(counts.absent());
    out.putLong(counts.lost());
    out.putInt(ledger.lostRanges().size());
    for (OffsetRange range : ledger.lostRanges()) {
      write(range, out);
    }
    List<RejectionReason> reasons =
        ledger.rejectedByReason().keySet().stream()
            .sorted(Comparator.comparingInt(RejectionReason::number))
            .toList();
    out.putInt(reasons.size());
    for (RejectionReason reason : reasons) {
      out.putInt(reason.number());
      out.putLong(ledger.rejectedByReason().getOrDefault(reason, 0L));
    }
  }

  static LedgerRecord readLedger(RecordInput in) {
    OffsetRange offsets = readRange(in);
    LedgerCounts counts =
        new LedgerCounts(in.getLong(), in.getLong(), in.getLong(), in.getLong(), in.getLong());
    int rangeCount = in.getCount();
    List<OffsetRange> lostRanges = new ArrayList<>(rangeCount);
    for (int index = 0; index < rangeCount; index++) {
      lostRanges.add(readRange(in));
    }
    Map<RejectionReason, Long> byReason = new EnumMap<>(RejectionReason.class);
    for (int left = in.getCount(); left > 0; left--) {
      byReason.put(RejectionReason.ofNumber(in.getInt()), in.getLong());
    }
    return new LedgerRecord(offsets, counts, lostRanges, byReason);
  }

  static void write(List<RejectedRecord> samples, RecordOutput out) {
    for (RejectedRecord rejected : samples) {
      out.putLong(rejected.offset());
      out.putInt(rejected.reason().number());
      out.putString(rejected.detail());
      out.putBytes(rejected.sample());
      out.putInt(rejected.recordSizeBytes());
    }
  }

  static List<RejectedRecord> readQuarantine(RecordInput in, long count) {
    List<RejectedRecord> samples = new ArrayList<>();
    for (long index = 0; index < count; index++) {
      samples.add(
          new RejectedRecord(
              in.getLong(),
              RejectionReason.ofNumber(in.getInt()),
              in.getString(),
              in.getBytes(),
              in.getInt()));
    }
    return List.copyOf(samples);
  }

  private static void write(OffsetRange range, RecordOutput out) {
    out.putLong(range.start());
    out.putLong(range.end());
  }

  private static OffsetRange readRange(RecordInput in) {
    return new OffsetRange(in.getLong(), in.getLong());
  }
}
