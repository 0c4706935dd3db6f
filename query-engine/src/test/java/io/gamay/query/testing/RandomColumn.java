package io.gamay.query.testing;

import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The values of one column, row by row, in one of the manners that columns have. */
final class RandomColumn {

  private enum Manner {
    /** Each value is drawn by itself. */
    ANY,
    /** One value for most rows. */
    SKEWED,
    FEW,
    CONSTANT,
    /** Never below the value before. */
    ASCENDING,
    /** Mostly the value before. */
    RUNS,
    /** No value at all. */
    MISSING
  }

  private static final List<Manner> MANNERS =
      List.of(
          Manner.ANY,
          Manner.ANY,
          Manner.ANY,
          Manner.ANY,
          Manner.SKEWED,
          Manner.FEW,
          Manner.FEW,
          Manner.CONSTANT,
          Manner.ASCENDING,
          Manner.RUNS,
          Manner.RUNS,
          Manner.MISSING);

  private final ColumnSpec spec;
  private final Manner manner;
  private final Supplier<Value> values;
  private final List<Value> palette;
  private int position;
  private List<Value> previous = List.of();

  private RandomColumn(
      ColumnSpec spec, Manner manner, Supplier<Value> values, List<Value> palette) {
    this.spec = spec;
    this.manner = manner;
    this.values = values;
    this.palette = palette;
  }

  /**
   * @param values any value of the column's type
   */
  static RandomColumn of(SeededRandom random, ColumnSpec spec, Supplier<Value> values) {
    Manner manner = random.oneOf(MANNERS);
    List<Value> palette = new ArrayList<>();
    int size =
        switch (manner) {
          case ANY, RUNS, MISSING -> 0;
          case CONSTANT -> 1;
          case SKEWED, FEW -> random.between(2, 6);
          case ASCENDING -> random.between(2, 200);
        };
    while (palette.size() < size) {
      palette.add(values.get());
    }
    if (manner == Manner.ASCENDING) {
      palette.sort(null);
    }
    return new RandomColumn(spec, manner, values, palette);
  }

  /** The next row's value, or list of values; empty if it has none. */
  Optional<List<Value>> next(SeededRandom random) {
    if (manner == Manner.MISSING) {
      return Optional.empty();
    }
    if (manner == Manner.RUNS && !previous.isEmpty() && random.chance(0.9)) {
      return Optional.of(previous);
    }
    List<Value> row = new ArrayList<>();
    for (int left = spec.singleValue() ? 1 : random.between(1, 3); left > 0; left--) {
      row.add(one(random));
    }
    previous = row;
    return Optional.of(row);
  }

  private Value one(SeededRandom random) {
    return switch (manner) {
      case ANY, RUNS, MISSING -> values.get();
      case CONSTANT -> palette.getFirst();
      case SKEWED -> random.chance(0.9) ? palette.getFirst() : random.oneOf(palette);
      case FEW -> random.oneOf(palette);
      case ASCENDING -> {
        position = Math.min(palette.size() - 1, position + (random.chance(0.3) ? 1 : 0));
        yield palette.get(position);
      }
    };
  }
}
