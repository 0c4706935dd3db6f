package io.gamay.query.merge;

import io.gamay.query.vector.TupleNumbering;
import java.util.Arrays;

/** Numbers the groups of parts by the numbers of their keys. One thread. */
abstract sealed class GroupNumbering {

  private GroupNumbering() {}

  static GroupNumbering of(int keyCount) {
    return switch (keyCount) {
      case 0 -> new One();
      case 1 -> new ByKey();
      default -> new ByTuple(keyCount);
    };
  }

  abstract int count();

  /**
   * The number of each group of a part, -1 where it is a new one beyond the limit.
   *
   * @param numbers per key, per group
   * @param limit groups at most
   */
  abstract int[] number(int[][] numbers, int groupCount, int limit);

  /** The numbers of one key for all groups, at least. */
  abstract int[] keyNumbers(int key);

  abstract long sizeBytes();

  /** Without keys there is one group. */
  private static final class One extends GroupNumbering {

    private int count;

    @Override
    int count() {
      return count;
    }

    @Override
    int[] number(int[][] numbers, int groupCount, int limit) {
      count = Math.max(count, groupCount);
      return new int[groupCount];
    }

    @Override
    int[] keyNumbers(int key) {
      throw new IllegalStateException("no keys");
    }

    @Override
    long sizeBytes() {
      return 0;
    }
  }

  /** Numbers of one key lie close together: an array tells their groups. */
  private static final class ByKey extends GroupNumbering {

    /** Group + 1 by number. */
    private int[] groupOf = new int[1024];

    private int[] numberOf = new int[1024];
    private int count;

    @Override
    int count() {
      return count;
    }

    @Override
    int[] number(int[][] numbers, int groupCount, int limit) {
      int[] result = new int[groupCount];
      int most = 0;
      for (int group = 0; group < groupCount; group++) {
        most = Math.max(most, numbers[0][group]);
      }
      if (most >= groupOf.length) {
        groupOf = Arrays.copyOf(groupOf, most + (most >> 1) + 1);
      }
      if (numberOf.length < count + groupCount) {
        numberOf = Arrays.copyOf(numberOf, count + groupCount + (count >> 1));
      }
      for (int group = 0; group < groupCount; group++) {
        int number = numbers[0][group];
        int known = groupOf[number];
        if (known == 0 && count < limit) {
          numberOf[count] = number;
          known = ++count;
          groupOf[number] = known;
        }
        result[group] = known - 1;
      }
      return result;
    }

    @Override
    int[] keyNumbers(int key) {
      return numberOf;
    }

    @Override
    long sizeBytes() {
      return 4L * (groupOf.length + numberOf.length);
    }
  }

  private static final class ByTuple extends GroupNumbering {

    private final TupleNumbering tuples;
    private final int[] tuple;

    ByTuple(int keyCount) {
      int[] bounds = new int[keyCount];
      Arrays.fill(bounds, Integer.MAX_VALUE);
      tuples = TupleNumbering.of(bounds);
      tuple = new int[keyCount];
    }

    @Override
    int count() {
      return tuples.count();
    }

    @Override
    int[] number(int[][] numbers, int groupCount, int limit) {
      int[] result = new int[groupCount];
      for (int group = 0; group < groupCount; group++) {
        for (int key = 0; key < tuple.length; key++) {
          tuple[key] = numbers[key][group];
        }
        result[group] = tuples.count() < limit ? tuples.number(tuple) : tuples.indexOf(tuple);
      }
      return result;
    }

    @Override
    int[] keyNumbers(int key) {
      return tuples.keyNumbers(key);
    }

    @Override
    long sizeBytes() {
      return tuples.sizeBytes();
    }
  }
}
