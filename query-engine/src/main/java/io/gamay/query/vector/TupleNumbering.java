package io.gamay.query.vector;

import java.util.Arrays;

/**
 * Numbers distinct tuples of key numbers 0, 1, 2, ... in the order in which they are first seen.
 * Three layouts, chosen by how many tuples there can be: an array over all of them, a hash table
 * over tuples packed into one long, a hash table over tuples as bytes. One thread.
 */
public abstract sealed class TupleNumbering {

  /** Up to so many possible tuples an array stands for the hash table. */
  private static final long MAX_DENSE = 1 << 20;

  private TupleNumbering() {}

  /**
   * @param bounds per key: no number is as large
   */
  public static TupleNumbering of(int[] bounds) {
    long product = 1;
    int bits = 0;
    for (int bound : bounds) {
      product = product > MAX_DENSE ? product : product * bound;
      bits += Integer.SIZE - Integer.numberOfLeadingZeros(bound - 1);
    }
    if (product <= MAX_DENSE) {
      return new Dense(bounds, (int) product);
    }
    return bits <= Long.SIZE ? new Packed(bounds) : new General(bounds.length);
  }

  /** The structure, for people. */
  public final String way() {
    return switch (this) {
      case Dense _ -> "array over all combinations of keys";
      case Packed _ -> "hash table of keys packed into 64 bits";
      case General _ -> "hash table of key tuples";
    };
  }

  public abstract int count();

  /** The number of a tuple, a new one if it was not seen before. */
  public abstract int number(int[] tuple);

  /** The number of a tuple, -1 if it was not seen. */
  public abstract int indexOf(int[] tuple);

  /** The key numbers of one key for all tuples. */
  public abstract int[] keyNumbers(int key);

  public abstract long sizeBytes();

  private static final class Dense extends TupleNumbering {

    private final int[] bounds;

    /** Number + 1 by position of the tuple. */
    private final int[] numberOf;

    private int[] positions = new int[64];
    private int count;

    Dense(int[] bounds, int product) {
      this.bounds = bounds;
      this.numberOf = new int[product];
    }

    @Override
    public int count() {
      return count;
    }

    @Override
    public int number(int[] tuple) {
      int position = position(tuple);
      int known = numberOf[position];
      if (known != 0) {
        return known - 1;
      }
      if (count == positions.length) {
        positions = Arrays.copyOf(positions, count * 2);
      }
      positions[count] = position;
      numberOf[position] = ++count;
      return count - 1;
    }

    private int position(int[] tuple) {
      int position = 0;
      for (int key = 0; key < bounds.length; key++) {
        position = position * bounds[key] + tuple[key];
      }
      return position;
    }

    @Override
    public int indexOf(int[] tuple) {
      return numberOf[position(tuple)] - 1;
    }

    @Override
    public int[] keyNumbers(int key) {
      int divisor = 1;
      for (int later = key + 1; later < bounds.length; later++) {
        divisor *= bounds[later];
      }
      int[] numbers = new int[count];
      for (int group = 0; group < count; group++) {
        numbers[group] = positions[group] / divisor % bounds[key];
      }
      return numbers;
    }

    @Override
    public long sizeBytes() {
      return 4L * (numberOf.length + positions.length);
    }
  }

  private static final class Packed extends TupleNumbering {

    private final int[] shifts;
    private final long[] masks;
    private final LongNumbering tuples = new LongNumbering();

    Packed(int[] bounds) {
      shifts = new int[bounds.length];
      masks = new long[bounds.length];
      int shift = 0;
      for (int key = 0; key < bounds.length; key++) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(bounds[key] - 1);
        shifts[key] = shift;
        masks[key] = (1L << bits) - 1;
        shift += bits;
      }
    }

    @Override
    public int count() {
      return tuples.count();
    }

    @Override
    public int number(int[] tuple) {
      return tuples.number(packed(tuple));
    }

    @Override
    public int indexOf(int[] tuple) {
      return tuples.indexOf(packed(tuple));
    }

    private long packed(int[] tuple) {
      long packed = 0;
      for (int key = 0; key < shifts.length; key++) {
        packed |= (long) tuple[key] << shifts[key];
      }
      return packed;
    }

    @Override
    public int[] keyNumbers(int key) {
      int[] numbers = new int[count()];
      for (int group = 0; group < numbers.length; group++) {
        numbers[group] = (int) (tuples.keyAt(group) >>> shifts[key] & masks[key]);
      }
      return numbers;
    }

    @Override
    public long sizeBytes() {
      return tuples.sizeBytes();
    }
  }

  private static final class General extends TupleNumbering {

    private final byte[] tupleBytes;
    private final BytesNumbering tuples = new BytesNumbering();

    General(int keyCount) {
      tupleBytes = new byte[keyCount * Integer.BYTES];
    }

    @Override
    public int count() {
      return tuples.count();
    }

    @Override
    public int number(int[] tuple) {
      write(tuple);
      return tuples.number(tupleBytes, 0, tupleBytes.length);
    }

    @Override
    public int indexOf(int[] tuple) {
      write(tuple);
      return tuples.indexOf(tupleBytes, 0, tupleBytes.length);
    }

    private void write(int[] tuple) {
      int position = 0;
      for (int number : tuple) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
          tupleBytes[position++] = (byte) (number >>> shift);
        }
      }
    }

    @Override
    public int[] keyNumbers(int key) {
      int[] numbers = new int[count()];
      byte[] bytes = tuples.keys().bytes();
      for (int group = 0; group < numbers.length; group++) {
        int position = tuples.keys().start(group) + key * Integer.BYTES;
        for (int index = 0; index < Integer.BYTES; index++) {
          numbers[group] |= (bytes[position + index] & 0xff) << (index * Byte.SIZE);
        }
      }
      return numbers;
    }

    @Override
    public long sizeBytes() {
      return tuples.sizeBytes();
    }
  }
}
