package io.gamay.query.merge;

import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;

/** One key of groups: a value or NULL for each group. Not changed any more. */
public sealed interface GroupKey {

  StoredType type();

  int groupCount();

  /** The values, a row per group. */
  Vector values();

  /** The values of some groups, a row each. */
  Vector values(int[] groups);

  long sizeBytes();

  /** Values as they are. */
  record Values(Vector values) implements GroupKey {
    public Values {
      if (values.isList()) {
        throw new IllegalArgumentException("a group has one value per key");
      }
    }

    @Override
    public StoredType type() {
      return values.type();
    }

    @Override
    public int groupCount() {
      return values.rowCount();
    }

    @Override
    public Vector values(int[] groups) {
      return VectorRows.of(values, groups);
    }

    @Override
    public long sizeBytes() {
      return values.sizeBytes();
    }
  }

  /**
   * Values by their numbers: they are looked up when somebody asks.
   *
   * @param numbers {@link #NULL} for NULL; not changed any more
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Numbered(SharedValues shared, int[] numbers, int groupCount) implements GroupKey {

    public static final int NULL = -1;

    @Override
    public StoredType type() {
      return shared.type();
    }

    @Override
    public Vector values() {
      return looked(numbers, groupCount);
    }

    @Override
    public Vector values(int[] groups) {
      int[] some = new int[groups.length];
      for (int index = 0; index < groups.length; index++) {
        some[index] = numbers[groups[index]];
      }
      return looked(some, some.length);
    }

    boolean hasNulls() {
      for (int group = 0; group < groupCount; group++) {
        if (numbers[group] == NULL) {
          return true;
        }
      }
      return false;
    }

    private Vector looked(int[] wanted, int count) {
      Vector values = Vector.of(shared.type());
      shared.appendTo(values, wanted, count);
      return values;
    }

    @Override
    public long sizeBytes() {
      return 32 + (Integer.BYTES + shared.bytesPerValue()) * numbers.length;
    }
  }
}
