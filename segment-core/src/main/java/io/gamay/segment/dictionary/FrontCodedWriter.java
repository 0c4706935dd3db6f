package io.gamay.segment.dictionary;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.FrontCodedLayout;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.forward.IntegersWriter;
import io.gamay.segment.symbol.BitOutput;
import io.gamay.segment.symbol.SymbolEncoder;
import io.gamay.segment.symbol.SymbolTable;
import io.gamay.segment.symbol.SymbolTableBuilder;
import java.io.IOException;
import java.util.Arrays;

/**
 * Writes values in the form of {@link FrontCodedLayout}, in three passes over them: what they
 * share, what the symbols are and how many bytes come out, and the bytes. One thread, one
 * dictionary.
 */
final class FrontCodedWriter {

  /** Shares above this count as this: a field for them would cost more than they save. */
  private static final int MOST_SHARE = 255;

  private static final int FIELD_BYTES = 14;

  /** Gives the values in ascending order, again at each call. */
  @FunctionalInterface
  interface Source {
    void forEach(Action action) throws IOException;
  }

  /** Takes {@code bytes[from, to)}, which hold the value during the call only. */
  @FunctionalInterface
  interface Action {
    void accept(byte[] bytes, int from, int to) throws IOException;
  }

  private final Source source;
  private final int count;
  private byte[] prefix = new byte[0];
  private int leastLength = Integer.MAX_VALUE;
  private int leastShare = Integer.MAX_VALUE;
  private int lengthBits;
  private int shareBits;
  private final SymbolTable table;
  private final SymbolEncoder encoder;
  private final int[] runBytes;
  private final long lengthBytes;

  /**
   * @param count of the values, at least 1
   */
  FrontCodedWriter(Source source, int count) throws IOException {
    this.source = source;
    this.count = count;
    measure();
    this.table = train();
    this.encoder = new SymbolEncoder(table);
    this.runBytes = new int[FrontCodedLayout.runs(count)];
    long total = 0;
    RunSizes sizes = new RunSizes();
    source.forEach(sizes);
    sizes.close();
    for (int bytes : runBytes) {
      total += bytes;
    }
    this.lengthBytes =
        FIELD_BYTES + prefix.length + table.lengthBytes() + total + FrontCodedLayout.SLACK_BYTES;
  }

  /** Of the block of values, without that of ends. */
  long lengthBytes() {
    return lengthBytes;
  }

  void write(SegmentFileWriter file, int column) throws IOException {
    try (BlockOutput out =
        file.startBlock(column, BlockKind.DICTIONARY_VALUES, BlockEncoding.FRONT_CODED, 0, count)) {
      out.putInt(prefix.length);
      out.putBytes(prefix, 0, prefix.length);
      out.putInt(leastLength);
      out.putInt(leastShare);
      out.putBytes(new byte[] {(byte) lengthBits, (byte) shareBits}, 0, 2);
      table.write(out);
      Runs runs = new Runs(new BitOutput(out));
      source.forEach(runs);
      runs.bits.align();
      out.putBytes(new byte[FrontCodedLayout.SLACK_BYTES], 0, FrontCodedLayout.SLACK_BYTES);
    }
    try (IntegersWriter ends =
        IntegersWriter.start(file, column, BlockKind.DICTIONARY_ENDS, runBytes.length)) {
      long end = 0;
      for (int bytes : runBytes) {
        end += bytes;
        ends.add(end);
      }
    }
  }

  /** Common prefix, lengths and shares. */
  private void measure() throws IOException {
    Pairs measured =
        new Pairs() {
          private int common = Integer.MAX_VALUE;
          private int longest;
          private int mostShare;

          @Override
          void accept(boolean isFirstOfRun, int share, byte[] bytes, int from, int to) {
            int length = to - from;
            if (common == Integer.MAX_VALUE) {
              common = length;
              prefix = Arrays.copyOfRange(bytes, from, to);
            } else {
              common = Math.min(common, share);
            }
            leastLength = Math.min(leastLength, length);
            longest = Math.max(longest, length);
            if (!isFirstOfRun) {
              int counted = share;
              leastShare = Math.min(leastShare, counted);
              mostShare = Math.max(mostShare, counted);
            }
          }

          @Override
          void close() {
            prefix = Arrays.copyOf(prefix, common);
            leastShare = leastShare == Integer.MAX_VALUE ? 0 : leastShare - common;
            leastLength -= common;
            lengthBits = PackedLayout.bitsFor(longest - common - (long) leastLength);
            int most = Math.min(Math.max(mostShare - common, leastShare), leastShare + MOST_SHARE);
            shareBits = PackedLayout.bitsFor(most - leastShare);
          }
        };
    source.forEach(measured);
    measured.close();
  }

  private SymbolTable train() throws IOException {
    SymbolTableBuilder builder = new SymbolTableBuilder();
    // Whole runs from all over: neighbours share what values far apart do not.
    int runs = FrontCodedLayout.runs(count);
    int step = Math.max(1, runs / 64);
    source.forEach(
        new Pairs() {
          @Override
          void accept(boolean isFirstOfRun, int share, byte[] bytes, int from, int to) {
            int start = from + prefix.length + storedShare(isFirstOfRun, share);
            int run = index() >> FrontCodedLayout.RUN_SHIFT;
            if (run % step == 0 && builder.hasRoom()) {
              builder.addSample(bytes, start, to);
            } else {
              builder.addBytes(bytes, start, to);
            }
          }
        });
    return builder.build();
  }

  /** The share that a value's field says, behind the common prefix. */
  private int storedShare(boolean isFirstOfRun, int share) {
    if (isFirstOfRun) {
      return 0;
    }
    long most = leastShare + (1L << shareBits) - 1;
    return (int) Math.min(share - prefix.length, most);
  }

  /** Goes over the values with what each shares with the one before. */
  private abstract static class Pairs implements Action {

    private byte[] before = new byte[64];
    private int beforeLength;
    private int index = -1;

    int index() {
      return index;
    }

    abstract void accept(boolean isFirstOfRun, int share, byte[] bytes, int from, int to)
        throws IOException;

    void close() {}

    @Override
    public final void accept(byte[] bytes, int from, int to) throws IOException {
      index++;
      int mismatch = Arrays.mismatch(before, 0, beforeLength, bytes, from, to);
      int share = mismatch < 0 ? to - from : mismatch;
      accept((index & (FrontCodedLayout.RUN_VALUES - 1)) == 0, share, bytes, from, to);
      beforeLength = to - from;
      if (before.length < beforeLength) {
        before = new byte[Math.max(beforeLength, 2 * before.length)];
      }
      System.arraycopy(bytes, from, before, 0, beforeLength);
    }
  }

  private final class RunSizes extends Pairs {

    private long bits;

    @Override
    void accept(boolean isFirstOfRun, int share, byte[] bytes, int from, int to) {
      if (isFirstOfRun) {
        endRun(index() - 1);
      } else {
        bits += shareBits;
      }
      int start = from + prefix.length + storedShare(isFirstOfRun, share);
      bits += lengthBits + encoder.bits(bytes, start, to);
    }

    @Override
    void close() {
      endRun(index());
    }

    private void endRun(int lastIndex) {
      if (lastIndex >= 0) {
        runBytes[lastIndex >> FrontCodedLayout.RUN_SHIFT] =
            Math.toIntExact((bits + Byte.SIZE - 1) / Byte.SIZE);
      }
      bits = 0;
    }
  }

  private final class Runs extends Pairs {

    private final BitOutput bits;

    Runs(BitOutput bits) {
      this.bits = bits;
    }

    @Override
    void accept(boolean isFirstOfRun, int share, byte[] bytes, int from, int to)
        throws IOException {
      int stored = storedShare(isFirstOfRun, share);
      if (isFirstOfRun) {
        bits.align();
      } else {
        bits.put(stored - leastShare, shareBits);
      }
      bits.put(to - from - prefix.length - leastLength, lengthBits);
      encoder.encode(bytes, from + prefix.length + stored, to, bits);
    }
  }
}
