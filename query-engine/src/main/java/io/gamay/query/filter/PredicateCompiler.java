package io.gamay.query.filter;

import io.gamay.query.budget.QueryBudget;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.evaluate.Totality;
import io.gamay.query.filter.IndexUse.Listed;
import io.gamay.query.filter.IndexUse.Reason;
import io.gamay.query.filter.IndexUse.Refused;
import io.gamay.query.filter.Predicate.Cost;
import io.gamay.query.plan.Operands;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.And;
import io.gamay.query.plan.TypedExpression.AnyBetween;
import io.gamay.query.plan.TypedExpression.Call;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Comparison;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.plan.TypedExpression.InSet;
import io.gamay.query.plan.TypedExpression.IsNull;
import io.gamay.query.plan.TypedExpression.Like;
import io.gamay.query.plan.TypedExpression.Not;
import io.gamay.query.plan.TypedExpression.Or;
import io.gamay.query.plan.TypedExpression.VirtualColumn;
import io.gamay.query.plan.TypedExpression.VirtualColumnKind;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.RoaringBitmap;

/**
 * Makes predicates of a segment out of filter expressions. NOTs are pushed down to the leaves,
 * which three-valued logic allows: what is asked of a leaf is where it is true, or where it is
 * false.
 */
final class PredicateCompiler {

  /** An index is asked only if what it gives is at most one row in so many. */
  private static final int INDEX_SHARE = 16;

  /** More matching dictIds than this are looked at row by row. */
  private static final int MAX_INDEXED_DICT_IDS = 64;

  /** Counts of more matching dictIds than this are not added up. */
  private static final int MAX_COUNTED_DICT_IDS = 4096;

  /** Of so many values an index is asked how many rows hold them, for the order of predicates. */
  private static final int MAX_COUNTED_FOR_ORDER = 64;

  /** A condition is tested on a column's values if there are at least so many rows for each. */
  private static final int ROWS_PER_VALUE = 2;

  private final SegmentLeaves leaves;
  private final QueryBudget budget;
  private final ExpressionCompiler expressions;
  private final MatchingValues values;
  private final Map<TypedExpression, DictIdSet> matchings = new HashMap<>();
  private final Optional<LongSupplier> nanoTime;

  /** Why the last condition asked for is no test of dictIds. */
  private Refused refused = Refused.of(Reason.NOT_CONSTANT);

  PredicateCompiler(SegmentLeaves leaves, QueryBudget budget) {
    this(leaves, budget, Optional.empty());
  }

  /**
   * @param nanoTime present where operands of predicates are to be measured
   */
  PredicateCompiler(SegmentLeaves leaves, QueryBudget budget, Optional<LongSupplier> nanoTime) {
    this.leaves = leaves;
    this.budget = budget;
    this.nanoTime = nanoTime;
    this.expressions = new ExpressionCompiler(leaves);
    this.values = new MatchingValues(leaves.structures(), budget);
  }

  /** A test of a column's elements against a dictionary: match means the plain test is true. */
  private record DictionaryTest(
      ColumnReference column, ColumnReader reader, DictIdSet matching, boolean negated) {

    boolean isList() {
      return column.type().isArray();
    }

    /** Those that pass. */
    DictIdSet passing() {
      return negated ? matching.complement(cardinality()) : matching;
    }

    private int cardinality() {
      return reader.dictionary().orElseThrow().cardinality();
    }

    /** Rows that are NULL; empty if none is. */
    Optional<RoaringBitmap> nulls() {
      return PredicateCompiler.nulls(column, reader);
    }
  }

  private static Optional<RoaringBitmap> nulls(ColumnReference column, ColumnReader reader) {
    return Optional.of(reader.nulls()).filter(n -> column.isNullable() && !n.isEmpty());
  }

  List<TypedExpression> conjuncts(TypedExpression filter) {
    List<TypedExpression> all = new ArrayList<>();
    collect(filter, all);
    return all;
  }

  private static void collect(TypedExpression expression, List<TypedExpression> into) {
    switch (expression) {
      case And and -> and.operands().forEach(operand -> collect(operand, into));
      case TypedExpression other -> into.add(other);
    }
  }

  /** The run of docIds for which a bound on the offset is true. */
  Optional<DocIdRange> docIdRange(TypedExpression conjunct) {
    if (!(conjunct
        instanceof
        Comparison(
            ComparisonOperator operator,
            VirtualColumn(VirtualColumnKind kind),
            Constant(Optional<Value> constant, var _)))) {
      return Optional.empty();
    }
    if (kind != VirtualColumnKind.OFFSET
        || !(constant.orElse(null) instanceof Value.LongValue(long offset))) {
      return Optional.empty();
    }
    int below = leaves.segment().docCountBelow(offset);
    int belowOrAt =
        offset == Long.MAX_VALUE
            ? leaves.segment().docCount()
            : leaves.segment().docCountBelow(offset + 1);
    int docCount = leaves.segment().docCount();
    return switch (operator) {
      case EQUAL -> Optional.of(new DocIdRange(below, belowOrAt));
      case LESS -> Optional.of(new DocIdRange(0, below));
      case LESS_OR_EQUAL -> Optional.of(new DocIdRange(0, belowOrAt));
      case GREATER -> Optional.of(new DocIdRange(belowOrAt, docCount));
      case GREATER_OR_EQUAL -> Optional.of(new DocIdRange(below, docCount));
      case NOT_EQUAL -> Optional.empty();
    };
  }

  /** The rows for which a predicate is true, if an inverted index gives them and they are few. */
  IndexUse indexed(TypedExpression conjunct) {
    Optional<DictionaryTest> test = dictionaryTest(conjunct, true);
    if (test.isEmpty()) {
      return refused;
    }
    Optional<InvertedIndexReader> index = test.get().reader().inverted();
    DictIdSet matching = test.get().matching();
    if (index.isEmpty()) {
      return Refused.of(Reason.NO_INDEX);
    }
    if (test.get().negated()) {
      return Refused.of(Reason.NEGATED);
    }
    if (matching.count() > MAX_INDEXED_DICT_IDS) {
      return new Refused(Reason.MANY_VALUES, matching.count(), MAX_INDEXED_DICT_IDS);
    }
    List<ImmutableBitmapDataProvider> lists = new ArrayList<>();
    long limit = Math.max(leaves.segment().docCount() / INDEX_SHARE, 1);
    long rows = 0;
    for (int dictId = matching.low(); dictId < matching.high(); dictId++) {
      if (matching.contains(dictId)) {
        rows += index.get().docCount(dictId);
        if (rows > limit) {
          return new Refused(Reason.MANY_ROWS, rows, limit);
        }
        Optional<? extends ImmutableBitmapDataProvider> listed = index.get().docIds(dictId);
        if (listed.isEmpty()) {
          return Refused.of(Reason.NOT_LISTED);
        }
        lists.add(listed.get());
      }
    }
    return new Listed(
        () -> without(test.get().nulls(), DocIdBitmaps.union(lists)),
        matching.count(),
        rows,
        limit,
        test.get().isList());
  }

  private static ImmutableBitmapDataProvider without(
      Optional<RoaringBitmap> nulls, ImmutableBitmapDataProvider rows) {
    return nulls.isEmpty() ? rows : RoaringBitmap.andNot(DocIdBitmaps.onHeap(rows), nulls.get());
  }

  /**
   * For how many rows a predicate is true, if an inverted index knows: of a value, how many rows
   * hold it.
   */
  OptionalLong counted(TypedExpression conjunct) {
    Optional<DictionaryTest> test = dictionaryTest(conjunct, true);
    return test.isEmpty() || test.get().nulls().isPresent()
        ? OptionalLong.empty()
        : counted(test.get());
  }

  /** Rows that are NULL and hold a matching value for that count too. */
  private OptionalLong counted(DictionaryTest test) {
    Optional<InvertedIndexReader> index = test.reader().inverted();
    DictIdSet matching = test.matching();
    int maxValues = test.isList() ? 1 : MAX_COUNTED_DICT_IDS;
    if (index.isEmpty() || matching.count() > maxValues) {
      return OptionalLong.empty();
    }
    long rows = 0;
    for (int dictId = matching.low(); dictId < matching.high(); dictId++) {
      rows += matching.contains(dictId) ? index.get().docCount(dictId) : 0;
    }
    return OptionalLong.of(test.negated() ? leaves.segment().docCount() - rows : rows);
  }

  Predicate predicate(TypedExpression expression) {
    return predicate(expression, true);
  }

  /**
   * @param wanted whether rows are wanted for which the expression is true, or for which it is
   *     false
   */
  private Predicate predicate(TypedExpression expression, boolean wanted) {
    return switch (expression) {
      case Not not -> predicate(not.operand(), !wanted);
      case And and when wanted -> new AndPredicate(predicates(and.operands(), true));
      case And and -> anyOf(and.operands(), false, And::new);
      case Or or when wanted -> anyOf(or.operands(), true, Or::new);
      case Or or -> new AndPredicate(predicates(or.operands(), false));
      case IsNull isNull -> told(isNull, wanted, Optional.empty(), nullTest(isNull, wanted));
      case TypedExpression leaf -> leaf(leaf, wanted);
    };
  }

  private static Predicate told(
      TypedExpression expression, boolean wanted, Optional<Refused> why, Predicate predicate) {
    predicate.tests(List.of(new Condition(expression, wanted, why)));
    return predicate;
  }

  /** The predicate itself, but where it is to be measured. */
  Predicate measured(Predicate predicate) {
    return nanoTime
        .<Predicate>map(clock -> new MeasuredPredicate(predicate, clock))
        .orElse(predicate);
  }

  private List<Predicate> predicates(List<TypedExpression> operands, boolean wanted) {
    return operands.stream().map(operand -> measured(predicate(operand, wanted))).toList();
  }

  /**
   * Tests that dictIds of one column answer become one test: a thousand patterns take no more time
   * for a row than one.
   *
   * @param together what operands are as one expression
   */
  private Predicate anyOf(
      List<TypedExpression> operands,
      boolean wanted,
      Function<List<TypedExpression>, TypedExpression> together) {
    Map<String, JoinedTests> byColumn = new LinkedHashMap<>();
    List<TypedExpression> others = new ArrayList<>();
    for (TypedExpression operand : operands) {
      budget.check();
      Optional<DictionaryTest> test =
          isConnective(operand) ? Optional.empty() : dictionaryTest(operand, wanted);
      if (test.isPresent() && !test.get().isList()) {
        byColumn
            .computeIfAbsent(test.get().column().column(), _ -> new JoinedTests(test.get()))
            .add(operand, test.get());
      } else {
        others.add(operand);
      }
    }
    List<Predicate> joined = new ArrayList<>();
    for (JoinedTests tests : byColumn.values()) {
      List<TypedExpression> written = tests.written;
      TypedExpression told = written.size() == 1 ? written.getFirst() : together.apply(written);
      Optional<Refused> why = Optional.of(Refused.of(Reason.NOT_ASKED));
      joined.add(told(told, wanted, why, ofDictIds(tests.joined())));
    }
    if (joined.size() == 1 && others.isEmpty()) {
      return joined.getFirst();
    }
    List<Predicate> predicates = new ArrayList<>();
    joined.forEach(predicate -> predicates.add(measured(predicate)));
    predicates.addAll(predicates(others, wanted));
    return new OrPredicate(predicates);
  }

  private static boolean isConnective(TypedExpression expression) {
    return expression instanceof And
        || expression instanceof Or
        || expression instanceof Not
        || expression instanceof IsNull;
  }

  /** Tests of one column, one of which is to be passed. */
  private static final class JoinedTests {

    private final List<TypedExpression> written = new ArrayList<>();
    private final DictionaryTest first;
    private final long[] passing;
    private boolean isNullable;

    JoinedTests(DictionaryTest first) {
      this.first = first;
      this.passing = DictIdSet.words(first.cardinality());
    }

    void add(TypedExpression expression, DictionaryTest test) {
      written.add(expression);
      isNullable |= test.column().isNullable();
      test.passing().addTo(passing);
    }

    DictionaryTest joined() {
      ColumnReference one = first.column();
      ColumnReference column =
          new ColumnReference(one.column(), one.type(), isNullable, one.defaultValue());
      return new DictionaryTest(column, first.reader(), DictIdSet.of(passing), false);
    }
  }

  private Predicate nullTest(IsNull isNull, boolean wanted) {
    boolean nullsWanted = isNull.negated() != wanted;
    if (isNull.operand() instanceof ColumnReference column) {
      Optional<ColumnReader> reader = leaves.reader(column);
      if (reader.isPresent()) {
        RoaringBitmap nulls = column.isNullable() ? reader.get().nulls() : new RoaringBitmap();
        return new NullPredicate(nulls, nullsWanted);
      }
    }
    return general(isNull, wanted);
  }

  private Predicate leaf(TypedExpression expression, boolean wanted) {
    Optional<DictionaryTest> test = dictionaryTest(expression, wanted);
    if (test.isEmpty()) {
      Refused why = refused;
      Predicate predicate =
          rawRanges(expression, wanted).orElseGet(() -> general(expression, wanted));
      return told(expression, wanted, Optional.of(why), predicate);
    }
    return told(
        expression, wanted, Optional.of(Refused.of(Reason.NOT_ASKED)), ofDictIds(test.get()));
  }

  private Predicate ofDictIds(DictionaryTest found) {
    if (found.isList()) {
      return new ListDictionaryPredicate(
          found.reader(), found.matching(), found.negated(), isPacked(), found.nulls());
    }
    DictIdSet passing = found.passing();
    return new DictionaryPredicate(
        found.reader(), passing, isPacked(), () -> share(found, passing), found.nulls());
  }

  /** By an index's counts where there is one, else as if all values were as frequent. */
  private double share(DictionaryTest found, DictIdSet passing) {
    if (isPacked() && found.matching().count() <= MAX_COUNTED_FOR_ORDER) {
      OptionalLong rows = counted(found);
      if (rows.isPresent()) {
        return (double) rows.getAsLong() / Math.max(1, leaves.segment().docCount());
      }
    }
    return (double) passing.count() / Math.max(1, found.cardinality());
  }

  /** Sealed columns test rows as they are packed. */
  private boolean isPacked() {
    return !leaves.segment().isMutable();
  }

  /** A comparison or a small set of constants, of a numeric column without a dictionary. */
  private Optional<Predicate> rawRanges(TypedExpression expression, boolean wanted) {
    return switch (expression) {
      case Comparison(
              ComparisonOperator operator,
              ColumnReference column,
              Constant(Optional<Value> bound, var _))
          when bound.isPresent() -> {
        boolean negated = operator == ComparisonOperator.NOT_EQUAL;
        yield rawRanges(
            column,
            type ->
                NumericRanges.of(
                    negated ? ComparisonOperator.EQUAL : operator,
                    Vector.canonical(bound.get()),
                    type),
            negated == wanted);
      }
      case AnyBetween(
              ColumnReference column,
              Constant(Optional<Value> low, var _),
              Constant(Optional<Value> high, var _),
              boolean negated)
          when low.isPresent() && high.isPresent() ->
          rawRanges(
              column,
              type -> between(Vector.canonical(low.get()), Vector.canonical(high.get()), type),
              negated == wanted);
      case InSet(ColumnReference column, List<Value> values, boolean hasNull, boolean negated)
          when !hasNull || negated != wanted ->
          rawRanges(
              column,
              type -> NumericRanges.ofValues(values.stream().map(Vector::canonical).toList(), type),
              negated == wanted);
      case TypedExpression _ -> Optional.empty();
    };
  }

  private static Optional<NumericRanges> between(Value low, Value high, StoredType type) {
    Optional<NumericRanges> from = NumericRanges.of(ComparisonOperator.GREATER_OR_EQUAL, low, type);
    Optional<NumericRanges> to = NumericRanges.of(ComparisonOperator.LESS_OR_EQUAL, high, type);
    return from.flatMap(above -> to.flatMap(above::intersect));
  }

  private Optional<Predicate> rawRanges(
      ColumnReference column,
      Function<StoredType, Optional<NumericRanges>> ranges,
      boolean negated) {
    Optional<ColumnReader> reader =
        leaves
            .reader(column)
            .filter(found -> found.spec().singleValue() && found.dictionary().isEmpty());
    if (reader.isEmpty()) {
      return Optional.empty();
    }
    Optional<RoaringBitmap> nulls = nulls(column, reader.get());
    return ranges
        .apply(reader.get().spec().storedType())
        .map(found -> new RawRangePredicate(reader.get(), found, negated, isPacked(), nulls));
  }

  private Predicate general(TypedExpression expression, boolean wanted) {
    BlockExpression compiled = expressions.newScope().compile(expression);
    return new ExpressionPredicate(
        compiled, wanted, Totality.isTotal(expression) ? Cost.VALUES : Cost.EXPRESSION);
  }

  /**
   * A leaf as a test of dictIds: a comparison with a constant, a set or a pattern, of a column with
   * a dictionary (or of what a conversion that cannot fail makes of it). Empty if it is not one.
   */
  private Optional<DictionaryTest> dictionaryTest(TypedExpression expression, boolean wanted) {
    refused = Refused.of(Reason.NOT_CONSTANT);
    return switch (expression) {
      case Not not -> dictionaryTest(not.operand(), !wanted);
      case Comparison comparison -> {
        boolean decidable = isKnown(comparison.right());
        boolean negated = comparison.operator() == ComparisonOperator.NOT_EQUAL;
        Comparison plain =
            negated
                ? new Comparison(ComparisonOperator.EQUAL, comparison.left(), comparison.right())
                : comparison;
        yield decidable
            ? test(plain, comparison.left(), negated == wanted)
                .or(() -> valueTest(comparison, wanted))
            : Optional.empty();
      }
      case AnyBetween between -> {
        boolean decidable = isKnown(between.low()) && isKnown(between.high());
        AnyBetween plain = new AnyBetween(between.operand(), between.low(), between.high(), false);
        yield decidable
            ? test(plain, between.operand(), between.negated() == wanted)
            : Optional.empty();
      }
      case InSet set -> {
        InSet plain = new InSet(set.operand(), set.values(), false, false);
        // With NULL in the set a row that does not match is unknown, so "none matches" never holds.
        boolean decidable = !set.hasNull() || set.negated() != wanted;
        yield decidable
            ? test(plain, set.operand(), set.negated() == wanted).or(() -> valueTest(set, wanted))
            : Optional.empty();
      }
      case Like like -> {
        Like plain =
            new Like(like.operand(), like.pattern(), like.escape(), like.caseInsensitive(), false);
        yield test(plain, like.operand(), like.negated() == wanted)
            .or(() -> valueTest(like, wanted));
      }
      case Call call ->
          FunctionTests.column(call)
              .flatMap(column -> test(call, column, !wanted))
              .or(() -> valueTest(call, wanted));
      case TypedExpression other -> valueTest(other, wanted);
    };
  }

  /**
   * Any condition on one column that is not NULL in this segment, if that has fewer values than
   * there are rows: where it is true (or false) for the values.
   */
  private Optional<DictionaryTest> valueTest(TypedExpression expression, boolean wanted) {
    Optional<ColumnReference> column =
        Operands.columns(List.of(expression))
            .filter(columns -> columns.size() == 1)
            .map(List::getFirst)
            .filter(only -> !only.type().isArray());
    if (column.isEmpty()) {
      return refuse(Refused.of(Reason.NOT_ONE_COLUMN));
    }
    if (!Totality.isTotal(expression)) {
      return refuse(Refused.of(Reason.MAY_FAIL));
    }
    Optional<ColumnReader> reader = leaves.reader(column.get());
    Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
    if (dictionary.isEmpty()) {
      return refuse(Refused.of(Reason.NO_DICTIONARY));
    }
    if (nulls(column.get(), reader.orElseThrow()).isPresent()) {
      return refuse(Refused.of(Reason.HAS_NULLS));
    }
    if (!hasFewValues(dictionary.get())) {
      return refuse(manyValues(dictionary.get()));
    }
    DictIdSet matching =
        matchings.computeIfAbsent(
            wanted ? expression : new Not(expression),
            test -> values.where(expression, wanted, test, column.orElseThrow(), dictionary.get()));
    return Optional.of(
        new DictionaryTest(column.orElseThrow(), reader.orElseThrow(), matching, false));
  }

  private Optional<DictionaryTest> test(
      TypedExpression plain, TypedExpression operand, boolean negated) {
    Optional<ColumnReference> column = strictColumn(operand);
    Optional<ColumnReader> reader = column.flatMap(leaves::reader);
    Optional<DictionaryReader> dictionary = reader.flatMap(ColumnReader::dictionary);
    if (dictionary.isEmpty()) {
      return refuse(Refused.of(Reason.NO_DICTIONARY));
    }
    if (!isWorthwhile(plain, operand, dictionary.get())) {
      return refuse(manyValues(dictionary.get()));
    }
    DictIdSet matching = matchings.get(plain);
    if (matching == null) {
      matching = values.where(plain, column.orElseThrow(), dictionary.get());
      matchings.put(plain, matching);
    }
    return Optional.of(
        new DictionaryTest(column.orElseThrow(), reader.orElseThrow(), matching, negated));
  }

  /** A function of every value is not computed where there are hardly more rows than values. */
  private boolean isWorthwhile(
      TypedExpression plain, TypedExpression operand, DictionaryReader dictionary) {
    return (FunctionTests.isPlain(plain) && FunctionTests.isPlain(operand))
        || hasFewValues(dictionary);
  }

  private boolean hasFewValues(DictionaryReader dictionary) {
    return dictionary.cardinality() <= leaves.segment().docCount() / ROWS_PER_VALUE;
  }

  private Refused manyValues(DictionaryReader dictionary) {
    return new Refused(
        Reason.MANY_VALUES_FOR_ROWS,
        dictionary.cardinality(),
        leaves.segment().docCount() / ROWS_PER_VALUE);
  }

  private Optional<DictionaryTest> refuse(Refused why) {
    refused = why;
    return Optional.empty();
  }

  private static boolean isKnown(TypedExpression bound) {
    return bound instanceof Constant constant && constant.value().isPresent();
  }

  private static Optional<ColumnReference> strictColumn(TypedExpression operand) {
    return switch (operand) {
      case ColumnReference column -> Optional.of(column);
      case Convert convert when Totality.isTotal(convert) -> strictColumn(convert.operand());
      case Call call -> FunctionTests.singleColumn(call);
      case TypedExpression _ -> Optional.empty();
    };
  }
}
