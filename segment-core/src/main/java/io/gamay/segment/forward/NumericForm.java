package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.MappedBlock;
import io.gamay.segment.format.PackedLayout;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.forward.DecimalsWriter.KeySource;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.util.OptionalInt;

/**
 * The form in which a block holds INT, LONG, FLOAT or DOUBLE values, chosen from them and explained
 * by its size.
 *
 * @param count of the values
 * @param scale of decimals; empty if the form is another one
 * @param lengthBytes of the block
 */
public record NumericForm(
    StoredType type, int count, BlockEncoding encoding, OptionalInt scale, long lengthBytes) {

  /** Values looked at before a form is tried on all. */
  public static final int SAMPLE_VALUES = 4096;

  /** Values of the first format version: plain, whatever they are. */
  public static NumericForm plain(StoredType type, int count) {
    return new NumericForm(
        type, count, BlockEncoding.FIXED, OptionalInt.empty(), (long) count * type.widthBytes());
  }

  /**
   * The smallest form.
   *
   * @param sample some of the keys, from all over
   */
  public static NumericForm choose(StoredType type, int count, long[] sample, KeySource keys)
      throws IOException {
    if (type == StoredType.INT || type == StoredType.LONG) {
      IntegersSizer sizer = new IntegersSizer();
      keys.forEach(sizer::addAll);
      return new NumericForm(
          type, count, BlockEncoding.INTEGERS, OptionalInt.empty(), sizer.lengthBytes());
    }
    NumericForm plain = plain(type, count);
    OptionalInt scale = DecimalsWriter.chooseScale(type, sample);
    if (scale.isEmpty()) {
      return plain;
    }
    long decimalBytes = DecimalsWriter.sizeBytes(type, scale.getAsInt(), keys);
    return decimalBytes < plain.lengthBytes
        ? new NumericForm(type, count, BlockEncoding.DECIMALS, scale, decimalBytes)
        : plain;
  }

  /** Writes the block in this form. */
  public void write(KeySource keys, SegmentFileWriter file, int column, BlockKind kind)
      throws IOException {
    if (scale.isPresent()) {
      DecimalsWriter.write(type, scale.getAsInt(), keys, count, file, column, kind);
    } else if (encoding == BlockEncoding.INTEGERS) {
      try (IntegersWriter out = IntegersWriter.start(file, column, kind, count)) {
        keys.forEach(out::addAll);
      }
    } else {
      try (BlockOutput out =
          file.startBlock(
              column, kind, BlockEncoding.FIXED, NumericKeys.bitsPerValue(type), count)) {
        keys.forEach(
            (block, length) -> {
              for (int index = 0; index < length; index++) {
                NumericKeys.write(type, block[index], out);
              }
            });
      }
    }
  }

  /** Reads a block of whatever form; its bits per value must fit the type if it is plain. */
  public static NumericReader read(StoredType type, MappedBlock block) {
    return switch (block.entry().encoding()) {
      case FIXED -> FixedReader.of(type, block);
      case INTEGERS -> new IntegerValues(type, IntegersReader.of(block));
      case DECIMALS -> DecimalsReader.of(type, block);
      case RECORD, BYTES, PACKED, ROARING, MAPPED, FRONT_CODED, SYMBOLS ->
          throw new IllegalArgumentException("not numbers: " + block.entry());
    };
  }

  /** Bytes of {@code count} packed numbers below a cardinality. */
  public static long packedBytes(long count, int cardinality) {
    int bits = PackedLayout.bitsFor(Math.max(0, cardinality - 1));
    return bits == 0 ? 0 : PackedLayout.lengthBytes(count, bits);
  }
}
