package io.gamay.query.filter;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.DictionaryLeaves;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.structure.DictionaryStructures;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Optional;

/**
 * Finds the values of a dictionary for which a test is true: by search where it is sorted, else one
 * by one; then what was found is kept for the next query that tests the same.
 */
final class MatchingValues {

  /** Fewer values are tested sooner than what was found is looked up. */
  private static final int FEW_VALUES = 256;

  /** Values tested between two looks at the budget: a test may be of thousands of patterns. */
  private static final int BLOCK_VALUES = 256;

  private final DictionaryStructures structures;
  private final QueryBudget budget;

  MatchingValues(DictionaryStructures structures, QueryBudget budget) {
    this.structures = structures;
    this.budget = budget;
  }

  /** The values for which a test of the column's elements is true. */
  DictIdSet where(TypedExpression plain, ColumnReference column, DictionaryReader dictionary) {
    if (plain instanceof Comparison comparison && comparison.left() instanceof ColumnReference) {
      Value bound = ((Constant) comparison.right()).value().orElseThrow();
      if (bound.storedType() == dictionary.storedType() && dictionary.isSorted()) {
        return sortedRange(comparison.operator(), Vector.canonical(bound), dictionary);
      }
    }
    Optional<List<Value>> wantedValues = equalTo(plain);
    if (wantedValues.isPresent()
        && !DictionaryValues.mayHoldEqualValues(dictionary)
        && wantedValues.get().size() * 8L < dictionary.cardinality()) {
      return membersOf(wantedValues.get(), dictionary);
    }
    if (plain instanceof Like like && like.operand() instanceof ColumnReference) {
      return like(like, column, dictionary);
    }
    return everyValue(plain, plain, true, column, dictionary);
  }

  /**
   * The values for which a condition on the column, which holds single values, is true or false.
   */
  DictIdSet where(
      TypedExpression condition,
      boolean wanted,
      TypedExpression wantedCondition,
      ColumnReference column,
      DictionaryReader dictionary) {
    return everyValue(condition, wantedCondition, wanted, column, dictionary);
  }

  /** In a sorted dictionary the values that begin with one text are neighbours. */
  private DictIdSet like(Like like, ColumnReference column, DictionaryReader dictionary) {
    LikePrefix prefix = LikePrefix.of(like);
    boolean isShort = prefix.text().isEmpty() || !dictionary.isSorted();
    if (isShort || dictionary.storedType() != StoredType.STRING) {
      return everyValue(like, like, true, column, dictionary);
    }
    int low = below(new Value.StringValue(prefix.text()), false, dictionary);
    int high = behind(prefix.text(), low, dictionary);
    if (prefix.isAll()) {
      return DictIdSet.range(low, high);
    }
    long[] members = DictIdSet.words(dictionary.cardinality());
    evaluate(DictionaryLeaves.asSingleValue(like), true, column, dictionary, low, high, members);
    return DictIdSet.of(members);
  }

  /** The end of the values that begin with a text, the first of which is known. */
  private static int behind(String prefix, int first, DictionaryReader dictionary) {
    int low = first;
    int high = dictionary.cardinality();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (dictionary.valueAt(middle) instanceof Value.StringValue(String text)
          && text.startsWith(prefix)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The values that a test on the bare column compares with, if it is for equality. */
  private static Optional<List<Value>> equalTo(TypedExpression plain) {
    return switch (plain) {
      case Comparison(ComparisonOperator operator, ColumnReference _, Constant constant)
          when operator == ComparisonOperator.EQUAL ->
          constant.value().map(List::of);
      case InSet(ColumnReference _, List<Value> values, boolean _, boolean _) ->
          Optional.of(values);
      case TypedExpression _ -> Optional.empty();
    };
  }

  private static DictIdSet membersOf(List<Value> values, DictionaryReader dictionary) {
    long[] members = DictIdSet.words(dictionary.cardinality());
    for (Value value : values) {
      int dictId = dictionary.indexOf(value);
      if (dictId >= 0) {
        members[dictId >>> 6] |= 1L << dictId;
      }
    }
    return DictIdSet.of(members);
  }

  private static DictIdSet sortedRange(
      ComparisonOperator operator, Value bound, DictionaryReader dictionary) {
    int cardinality = dictionary.cardinality();
    return switch (operator) {
      case EQUAL ->
          DictIdSet.range(below(bound, false, dictionary), below(bound, true, dictionary));
      case LESS -> DictIdSet.range(0, below(bound, false, dictionary));
      case LESS_OR_EQUAL -> DictIdSet.range(0, below(bound, true, dictionary));
      case GREATER -> DictIdSet.range(below(bound, true, dictionary), cardinality);
      case GREATER_OR_EQUAL -> DictIdSet.range(below(bound, false, dictionary), cardinality);
      case NOT_EQUAL -> throw new IllegalStateException("not-equal is equal, negated");
    };
  }

  /** How many dictIds of a sorted dictionary have values below (or equal to) a bound. */
  private static int below(Value bound, boolean orEqual, DictionaryReader dictionary) {
    int low = 0;
    int high = dictionary.cardinality();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int sign = Vector.canonical(dictionary.valueAt(middle)).compareTo(bound);
      if (sign < 0 || (orEqual && sign == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /**
   * Evaluates a test for each value.
   *
   * @param key what is tested, {@code wanted} included
   */
  private DictIdSet everyValue(
      TypedExpression test,
      TypedExpression key,
      boolean wanted,
      ColumnReference column,
      DictionaryReader dictionary) {
    int cardinality = dictionary.cardinality();
    return DictIdSet.of(
        cardinality <= FEW_VALUES
            ? evaluated(test, wanted, column, dictionary)
            : structures.matching(
                dictionary, key, () -> evaluated(test, wanted, column, dictionary)));
  }

  private long[] evaluated(
      TypedExpression test, boolean wanted, ColumnReference column, DictionaryReader dictionary) {
    long[] members = DictIdSet.words(dictionary.cardinality());
    TypedExpression single = column.type().isArray() ? DictionaryLeaves.asSingleValue(test) : test;
    PrefixRange candidates = PrefixRange.of(wanted ? FunctionTests.prefix(test) : "", dictionary);
    evaluate(single, wanted, column, dictionary, candidates.low(), candidates.high(), members);
    return members;
  }

  private void evaluate(
      TypedExpression test,
      boolean wanted,
      ColumnReference column,
      DictionaryReader dictionary,
      int from,
      int end,
      long[] members) {
    BlockExpression compiled =
        new ExpressionCompiler(new DictionaryLeaves(column, dictionary, budget::check))
            .compile(test);
    int flag = wanted ? 1 : 0;
    Block block = new Block();
    for (int first = from; first < end; first += BLOCK_VALUES) {
      budget.check();
      block.setRange(first, Math.min(BLOCK_VALUES, end - first));
      Vector met = compiled.evaluate(block);
      for (int row = 0; row < block.count(); row++) {
        boolean matches = met.ints()[row] == flag && !met.isNull(row);
        members[(first + row) >>> 6] |= (matches ? 1L : 0L) << (first + row);
      }
    }
  }
}
