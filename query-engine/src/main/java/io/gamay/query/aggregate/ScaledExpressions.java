package io.gamay.query.aggregate;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.plan.TypedExpression;
import io.gamay.query.plan.TypedExpression.Arithmetic;
import io.gamay.query.plan.TypedExpression.Branch;
import io.gamay.query.plan.TypedExpression.Case;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.plan.TypedExpression.Constant;
import io.gamay.query.plan.TypedExpression.Convert;
import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.structure.ScaledValues;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Numeric expressions computed in scaled integers: columns, constants, sums, differences, products
 * and CASE of these, as far as bounds tell beforehand that nothing overflows.
 */
final class ScaledExpressions {

  /** Digits after the decimal point; powers of ten up to here are exact as doubles. */
  private static final int MAX_SCALE = 15;

  /** Whole numbers up to here are exact as doubles. */
  private static final long MAX_EXACT = 1L << 53;

  private final SegmentLeaves leaves;
  private final DenseColumns columns;

  ScaledExpressions(SegmentLeaves leaves, DenseColumns columns) {
    this.leaves = leaves;
    this.columns = columns;
  }

  /** Empty where the expression is of another kind or may be NULL, or bounds are too far apart. */
  Optional<ScaledBlock> compile(TypedExpression expression) {
    try {
      return compiled(expression);
    } catch (ArithmeticException tooFarApart) {
      return Optional.empty();
    }
  }

  private Optional<ScaledBlock> compiled(TypedExpression expression) {
    if (expression.type().isArray()) {
      return Optional.empty();
    }
    return switch (expression) {
      case ColumnReference column -> column(column);
      case Constant(Optional<Value> value, var _) -> value.flatMap(ScaledExpressions::constant);
      case Convert convert -> isExact(convert) ? compiled(convert.operand()) : Optional.empty();
      case Arithmetic arithmetic -> arithmetic(arithmetic);
      case Case cases -> cases(cases);
      case TypedExpression _ -> Optional.empty();
    };
  }

  private Optional<ScaledBlock> column(ColumnReference reference) {
    Optional<ColumnReader> found = leaves.reader(reference);
    if (found.isEmpty() || (reference.isNullable() && !found.get().nulls().isEmpty())) {
      return Optional.empty();
    }
    ColumnReader reader = found.get();
    Optional<DictionaryReader> dictionary = reader.dictionary();
    if (dictionary.isPresent()) {
      return leaves
          .structures()
          .scaled(dictionary.get())
          .map(values -> new OfDictionary(columns.ids(reference.column(), reader), values));
    }
    StoredType type = reader.spec().storedType();
    return type == StoredType.INT || type == StoredType.LONG ? raw(reader) : Optional.empty();
  }

  private static Optional<ScaledBlock> raw(ColumnReader reader) {
    ColumnStatistics statistics = reader.statistics();
    if (statistics.min().isEmpty() || statistics.max().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new OfRaw(reader, whole(statistics.min().get()), whole(statistics.max().get())));
  }

  private static long whole(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> v;
      case Value.LongValue(long v) -> v;
      case Value.FloatValue _,
          Value.DoubleValue _,
          Value.StringValue _,
          Value.BytesValue _,
          Value.BigDecimalValue _ ->
          throw new IllegalArgumentException("no whole number: " + value);
    };
  }

  private static Optional<ScaledBlock> constant(Value value) {
    BigDecimal number;
    switch (value) {
      case Value.IntValue(int v) -> number = BigDecimal.valueOf(v);
      case Value.LongValue(long v) -> number = BigDecimal.valueOf(v);
      case Value.DoubleValue(double v) -> {
        if (!Double.isFinite(v)) {
          return Optional.empty();
        }
        number = BigDecimal.valueOf(v).stripTrailingZeros();
      }
      case Value.FloatValue _, Value.StringValue _, Value.BytesValue _, Value.BigDecimalValue _ -> {
        return Optional.empty();
      }
    }
    int scale = Math.max(0, number.scale());
    return scale > MAX_SCALE
        ? Optional.empty()
        : Optional.of(
            new OfConstant(scale, number.setScale(scale).unscaledValue().longValueExact()));
  }

  /** Between whole numbers and doubles that hold them all. */
  private boolean isExact(Convert convert) {
    DataType from = convert.operand().type().element();
    boolean isWhole = from == DataType.INT || from == DataType.LONG;
    return switch (convert.target()) {
      case LONG -> isWhole;
      case DOUBLE ->
          isWhole
              && compiled(convert.operand())
                  .filter(whole -> whole.min() >= -MAX_EXACT && whole.max() <= MAX_EXACT)
                  .isPresent();
      case INT, FLOAT, BIG_DECIMAL, BOOLEAN, TIMESTAMP, STRING, JSON, BYTES -> false;
    };
  }

  private Optional<ScaledBlock> arithmetic(Arithmetic arithmetic) {
    DataType type = arithmetic.type().element();
    if (type != DataType.LONG && type != DataType.DOUBLE) {
      return Optional.empty();
    }
    Optional<ScaledBlock> left = compiled(arithmetic.left());
    Optional<ScaledBlock> right = left.isEmpty() ? left : compiled(arithmetic.right());
    if (right.isEmpty()) {
      return Optional.empty();
    }
    ScaledBlock a = left.orElseThrow();
    ScaledBlock b = right.get();
    return switch (arithmetic.operator()) {
      case PLUS, MINUS -> {
        int scale = Math.max(a.scale(), b.scale());
        yield Optional.of(new Sum(arithmetic.operator(), scaledTo(a, scale), scaledTo(b, scale)));
      }
      case TIMES ->
          a.scale() + b.scale() > MAX_SCALE ? Optional.empty() : Optional.of(new Product(a, b));
      case DIVIDE, MODULO -> Optional.empty();
    };
  }

  private static ScaledBlock scaledTo(ScaledBlock block, int scale) {
    if (block.scale() == scale) {
      return block;
    }
    int digits = scale - block.scale();
    long power = BigDecimal.ONE.scaleByPowerOfTen(digits).longValueExact();
    return new Product(block, new OfConstant(digits, power));
  }

  private Optional<ScaledBlock> cases(Case cases) {
    if (cases.otherwise().isEmpty()) {
      return Optional.empty();
    }
    List<TypedExpression> conditions = cases.branches().stream().map(Branch::condition).toList();
    Optional<Combinations> combinations = Combinations.of(conditions, leaves, columns);
    if (combinations.isEmpty()) {
      return Optional.empty();
    }
    List<ScaledBlock> results = new ArrayList<>();
    int scale = 0;
    for (Branch branch : cases.branches()) {
      Optional<ScaledBlock> result = compiled(branch.result());
      if (result.isEmpty()) {
        return Optional.empty();
      }
      results.add(result.get());
      scale = Math.max(scale, result.get().scale());
    }
    Optional<ScaledBlock> otherwise = compiled(cases.otherwise().get());
    if (otherwise.isEmpty()) {
      return Optional.empty();
    }
    results.add(otherwise.get());
    int common = Math.max(scale, otherwise.get().scale());
    return Optional.of(
        new Choice(
            combinations.get(),
            branchOf(combinations.get(), conditions),
            results.stream().map(result -> scaledTo(result, common)).toList()));
  }

  /** Per combination the first condition that is true, behind the last one if none is. */
  private static byte[] branchOf(Combinations combinations, List<TypedExpression> conditions) {
    if (conditions.size() > Byte.MAX_VALUE) {
      throw new ArithmeticException("more branches than a byte tells");
    }
    byte[] branchOf = new byte[combinations.count()];
    Arrays.fill(branchOf, (byte) conditions.size());
    for (int branch = conditions.size() - 1; branch >= 0; branch--) {
      Vector met = combinations.evaluate(conditions.get(branch));
      for (int combination = 0; combination < branchOf.length; combination++) {
        if (!met.isNull(combination) && met.ints()[combination] != 0) {
          branchOf[combination] = (byte) branch;
        }
      }
    }
    return branchOf;
  }

  private static final class OfDictionary implements ScaledBlock {
    private final BlockDictIds ids;
    private final ScaledValues values;
    private final long[] out = new long[DocIdBlock.MAX_DOCS];

    OfDictionary(BlockDictIds ids, ScaledValues values) {
      this.ids = ids;
      this.values = values;
    }

    @Override
    public int scale() {
      return values.scale();
    }

    @Override
    public long min() {
      return values.min();
    }

    @Override
    public long max() {
      return values.max();
    }

    @Override
    public long[] of(Block block) {
      int count = block.count();
      int[] dictIds = ids.of(block);
      int[] offsets = values.offsets();
      long min = values.min();
      for (int row = 0; row < count; row++) {
        out[row] = min + offsets[dictIds[row]];
      }
      return out;
    }
  }

  private record OfRaw(ColumnReader reader, long min, long max, long[] out) implements ScaledBlock {

    OfRaw(ColumnReader reader, long min, long max) {
      this(reader, min, max, new long[DocIdBlock.MAX_DOCS]);
    }

    @Override
    public int scale() {
      return 0;
    }

    @Override
    public long[] of(Block block) {
      reader.readLongs(block.docs(), out);
      return out;
    }
  }

  private static final class OfConstant implements ScaledBlock {
    private final int scale;
    private final long value;
    private final long[] out = new long[DocIdBlock.MAX_DOCS];

    OfConstant(int scale, long value) {
      this.scale = scale;
      this.value = value;
      Arrays.fill(out, value);
    }

    @Override
    public int scale() {
      return scale;
    }

    @Override
    public long min() {
      return value;
    }

    @Override
    public long max() {
      return value;
    }

    @Override
    public long[] of(Block block) {
      return out;
    }
  }

  private static final class Sum implements ScaledBlock {
    private final boolean subtracts;
    private final ScaledBlock left;
    private final ScaledBlock right;
    private final long min;
    private final long max;
    private final long[] out = new long[DocIdBlock.MAX_DOCS];

    Sum(ArithmeticOperator operator, ScaledBlock left, ScaledBlock right) {
      this.subtracts = operator == ArithmeticOperator.MINUS;
      this.left = left;
      this.right = right;
      this.min =
          subtracts
              ? Math.subtractExact(left.min(), right.max())
              : Math.addExact(left.min(), right.min());
      this.max =
          subtracts
              ? Math.subtractExact(left.max(), right.min())
              : Math.addExact(left.max(), right.max());
    }

    @Override
    public int scale() {
      return left.scale();
    }

    @Override
    public long min() {
      return min;
    }

    @Override
    public long max() {
      return max;
    }

    @Override
    public long[] of(Block block) {
      int count = block.count();
      long[] a = left.of(block);
      long[] b = right.of(block);
      if (subtracts) {
        for (int row = 0; row < count; row++) {
          out[row] = a[row] - b[row];
        }
      } else {
        for (int row = 0; row < count; row++) {
          out[row] = a[row] + b[row];
        }
      }
      return out;
    }
  }

  private static final class Product implements ScaledBlock {
    private final ScaledBlock left;
    private final ScaledBlock right;
    private final long min;
    private final long max;
    private final long[] out = new long[DocIdBlock.MAX_DOCS];

    Product(ScaledBlock left, ScaledBlock right) {
      this.left = left;
      this.right = right;
      long[] corners = {
        Math.multiplyExact(left.min(), right.min()),
        Math.multiplyExact(left.min(), right.max()),
        Math.multiplyExact(left.max(), right.min()),
        Math.multiplyExact(left.max(), right.max())
      };
      Arrays.sort(corners);
      this.min = corners[0];
      this.max = corners[3];
    }

    @Override
    public int scale() {
      return left.scale() + right.scale();
    }

    @Override
    public long min() {
      return min;
    }

    @Override
    public long max() {
      return max;
    }

    @Override
    public long[] of(Block block) {
      int count = block.count();
      long[] a = left.of(block);
      long[] b = right.of(block);
      for (int row = 0; row < count; row++) {
        out[row] = a[row] * b[row];
      }
      return out;
    }
  }

  /** CASE: results are computed for all rows, and chosen by combination. */
  private static final class Choice implements ScaledBlock {
    private final Combinations combinations;
    private final byte[] branchOf;
    private final List<ScaledBlock> results;
    private final long[] out = new long[DocIdBlock.MAX_DOCS];
    private final long[][] values;

    Choice(Combinations combinations, byte[] branchOf, List<ScaledBlock> results) {
      this.combinations = combinations;
      this.branchOf = branchOf;
      this.results = results;
      this.values = new long[results.size()][];
    }

    @Override
    public int scale() {
      return results.getFirst().scale();
    }

    @Override
    public long min() {
      return results.stream().mapToLong(ScaledBlock::min).min().orElseThrow();
    }

    @Override
    public long max() {
      return results.stream().mapToLong(ScaledBlock::max).max().orElseThrow();
    }

    @Override
    public long[] of(Block block) {
      int count = block.count();
      for (int branch = 0; branch < values.length; branch++) {
        values[branch] = results.get(branch).of(block);
      }
      int[] combination = combinations.of(block);
      for (int row = 0; row < count; row++) {
        out[row] = values[branchOf[combination[row]]][row];
      }
      return out;
    }
  }
}
