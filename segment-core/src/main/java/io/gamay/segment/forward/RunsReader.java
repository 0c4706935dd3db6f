package io.gamay.segment.forward;

import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.read.DocIdBlock;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntPredicate;

/** dictIds as runs of rows that hold the same one. */
public final class RunsReader implements DictIdReader {

  private final int[] ends;
  private final int[] dictIds;

  private RunsReader(int[] ends, int[] dictIds) {
    this.ends = ends;
    this.dictIds = dictIds;
  }

  /**
   * Decodes all runs.
   *
   * @param endsBlock for each run the docId behind its last row, in the form of {@link
   *     IntegersReader}
   * @param ids the runs' dictIds; empty if run r holds dictId r
   * @throws SegmentCorruptException if the ends do not ascend to the doc count
   */
  public static RunsReader of(MappedBlock endsBlock, Optional<PackedReader> ids, int docCount) {
    IntegersReader stored = IntegersReader.of(endsBlock);
    int runs = Math.toIntExact(stored.count());
    int[] ends = new int[runs];
    int[] dictIds = new int[runs];
    long last = 0;
    for (int run = 0; run < runs; run++) {
      long end = stored.longAt(run);
      if (end <= last || end > docCount) {
        throw endsBlock.malformed(0, "run %d ends at %d behind %d".formatted(run, end, last));
      }
      ends[run] = (int) end;
      dictIds[run] = run;
      last = end;
    }
    if (last != docCount) {
      throw endsBlock.malformed(0, "runs end at %d of %d rows".formatted(last, docCount));
    }
    ids.ifPresent(packed -> packed.readInts(0, runs, dictIds, 0));
    return new RunsReader(ends, dictIds);
  }

  public int runCount() {
    return ends.length;
  }

  @Override
  public int intAt(long docId) {
    return dictIds[runOf(docId)];
  }

  @Override
  public void readInts(long first, int length, int[] out, int outFrom) {
    Objects.checkFromIndexSize(first, length, docCount());
    int run = length == 0 ? 0 : runOf(first);
    for (int done = 0; done < length; run++) {
      int step = (int) Math.min(length - done, ends[run] - (first + done));
      Arrays.fill(out, outFrom + done, outFrom + done + step, dictIds[run]);
      done += step;
    }
  }

  @Override
  public void readInts(DocIdBlock docs, int[] out) {
    if (docs.isRange()) {
      readInts(docs.first(), docs.count(), out, 0);
      return;
    }
    int[] docIds = docs.docIds();
    int run = docs.count() == 0 ? 0 : runOf(docIds[0]);
    for (int index = 0; index < docs.count(); index++) {
      if (ends[run] <= docIds[index]) {
        run = ends[run + 1] > docIds[index] ? run + 1 : runOf(docIds[index]);
      }
      out[index] = dictIds[run];
    }
  }

  @Override
  public void matchRange(long first, int length, int low, int high, long[] mask) {
    matchRuns(first, length, mask, dictId -> dictId >= low && dictId < high);
  }

  @Override
  public void matchSet(long first, int length, long[] members, long[] mask) {
    matchRuns(first, length, mask, dictId -> (members[dictId >>> 6] >>> dictId & 1) != 0);
  }

  private void matchRuns(long first, int length, long[] mask, IntPredicate isWanted) {
    Objects.checkFromIndexSize(first, length, docCount());
    RowBits.clear(mask, length);
    int run = length == 0 ? 0 : runOf(first);
    for (int done = 0; done < length; run++) {
      int end = (int) Math.min(length, ends[run] - first);
      if (isWanted.test(dictIds[run])) {
        RowBits.set(mask, done, end);
      }
      done = end;
    }
  }

  private int docCount() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  private int runOf(long docId) {
    Objects.checkIndex(docId, (long) docCount());
    int found = Arrays.binarySearch(ends, (int) docId + 1);
    return found >= 0 ? found : -found - 1;
  }
}
