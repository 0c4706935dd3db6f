package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import java.util.Arrays;

/**
 * One group key as numbers: 0 for NULL, else 1 + the dictId, or 1 + a number that the query itself
 * gives to each distinct value. One thread.
 */
abstract sealed class KeyNumbers {

  /** A value that had no number when only known ones were wanted. */
  static final int UNKNOWN = -1;

  /** Blocks may hold lists: several values per row. */
  private final boolean isList;

  private KeyNumbers(boolean isList) {
    this.isList = isList;
  }

  boolean isList() {
    return isList;
  }

  /**
   * Numbers the values of a block's rows.
   *
   * @param onlyKnown values that are new to the query may get {@link #UNKNOWN}
   */
  abstract void read(Block block, boolean onlyKnown);

  /** The numbers of the block last read, by value index. */
  abstract int[] numbers();

  abstract int start(int row);

  abstract int end(int row);

  /** No number is this large or larger; Integer.MAX_VALUE when not known. */
  abstract int bound();

  /** The values of numbers, a row each. */
  abstract Vector decode(int[] numbers, int count);

  abstract long sizeBytes();

  /** The dictIds of a column. */
  static final class OfDictionary extends KeyNumbers {

    private final DictIds column;
    private final DictionaryReader dictionary;

    OfDictionary(DictIds column, DictionaryReader dictionary) {
      super(column.isList());
      this.column = column;
      this.dictionary = dictionary;
    }

    @Override
    void read(Block block, boolean onlyKnown) {
      column.read(block);
      int[] ids = column.ids();
      int values = block.count() == 0 ? 0 : column.end(block.count() - 1);
      for (int value = 0; value < values; value++) {
        ids[value]++;
      }
    }

    @Override
    int[] numbers() {
      return column.ids();
    }

    @Override
    int start(int row) {
      return column.start(row);
    }

    @Override
    int end(int row) {
      return column.end(row);
    }

    @Override
    int bound() {
      return dictionary.cardinality() + 1;
    }

    @Override
    Vector decode(int[] numbers, int count) {
      Vector values = Vector.of(dictionary.storedType());
      int[] one = new int[1];
      for (int index = 0; index < count; index++) {
        if (numbers[index] == 0) {
          values.appendNull();
        } else {
          one[0] = numbers[index] - 1;
          values.appendElement(DictionaryValues.read(dictionary, one, 1), 0);
        }
      }
      return values;
    }

    @Override
    long sizeBytes() {
      return 0;
    }
  }

  /** The values of an expression. */
  static final class OfExpression extends KeyNumbers {

    private final BlockExpression expression;
    private final ValueNumbering numbering;
    private Vector values;
    private int[] numbers = new int[0];

    OfExpression(BlockExpression expression, Vector shape) {
      super(shape.isList());
      this.expression = expression;
      this.numbering = new ValueNumbering(shape.type());
      this.values = shape;
    }

    @Override
    void read(Block block, boolean onlyKnown) {
      values = expression.evaluate(block);
      int needed = block.count() == 0 ? 0 : end(block.count() - 1);
      if (numbers.length < needed) {
        numbers = Arrays.copyOf(numbers, Math.max(needed, 1024));
      }
      for (int row = 0; row < block.count(); row++) {
        boolean isNull = values.isNull(row);
        for (int value = start(row); value < end(row); value++) {
          numbers[value] =
              isNull ? 0 : onlyKnown ? known(value) : 1 + numbering.number(values, value);
        }
      }
    }

    private int known(int value) {
      int number = numbering.indexOf(values, value);
      return number < 0 ? UNKNOWN : 1 + number;
    }

    @Override
    int[] numbers() {
      return numbers;
    }

    @Override
    int start(int row) {
      return isList() ? values.listStart(row) : row;
    }

    @Override
    int end(int row) {
      return isList() ? values.listEnds()[row] : row + 1;
    }

    @Override
    int bound() {
      return Integer.MAX_VALUE;
    }

    @Override
    Vector decode(int[] wanted, int count) {
      Vector decoded = Vector.of(numbering.type());
      for (int index = 0; index < count; index++) {
        if (wanted[index] == 0) {
          decoded.appendNull();
        } else {
          numbering.appendTo(decoded, wanted[index] - 1);
        }
      }
      return decoded;
    }

    @Override
    long sizeBytes() {
      return numbering.sizeBytes();
    }
  }
}
