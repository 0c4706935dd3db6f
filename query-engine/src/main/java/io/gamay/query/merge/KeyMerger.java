package io.gamay.query.merge;

import io.gamay.query.structure.SharedValues;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.StoredType;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the values of one key across parts: 0 is NULL. The first part decides whether numbers are
 * those of {@link SharedValues} or this merger's own. One thread.
 */
final class KeyMerger {

  private final ValueNumbering own;
  private @Nullable SharedValues shared;
  private boolean isDecided;

  KeyMerger(StoredType type, boolean byValues) {
    this.own = new ValueNumbering(type);
    this.isDecided = byValues;
  }

  /** Whether a part's key can be numbered as those before. */
  boolean canNumber(GroupKey key) {
    if (!isDecided) {
      isDecided = true;
      shared = key instanceof GroupKey.Numbered numbered ? numbered.shared() : null;
    }
    return shared == null
        || switch (key) {
          case GroupKey.Numbered other -> other.shared() == shared;
          case GroupKey.Values values -> values.groupCount() <= SharedValues.FEW_VALUES;
        };
  }

  /** The number of each group's value. */
  int[] numbers(GroupKey key) {
    int[] numbers = new int[key.groupCount()];
    if (shared != null && key instanceof GroupKey.Numbered numbered) {
      for (int group = 0; group < numbers.length; group++) {
        numbers[group] = numbered.numbers()[group] + 1;
      }
      return numbers;
    }
    Vector values = key.values();
    SharedValues by = shared;
    if (by != null) {
      by.number(values, numbers);
    }
    for (int group = 0; group < numbers.length; group++) {
      if (values.isNull(group)) {
        numbers[group] = 0;
      } else {
        numbers[group] = 1 + (by != null ? numbers[group] : own.number(values, group));
      }
    }
    return numbers;
  }

  /** The key of merged groups. */
  GroupKey key(int[] numbers, int groupCount) {
    SharedValues by = shared;
    if (by != null) {
      int[] below = new int[groupCount];
      for (int group = 0; group < groupCount; group++) {
        below[group] = numbers[group] - 1;
      }
      return new GroupKey.Numbered(by, below, groupCount);
    }
    Vector values = Vector.of(own.type());
    for (int group = 0; group < groupCount; group++) {
      if (numbers[group] == 0) {
        values.appendNull();
      } else {
        own.appendTo(values, numbers[group] - 1);
      }
    }
    return new GroupKey.Values(values);
  }

  long sizeBytes() {
    return own.sizeBytes();
  }
}
