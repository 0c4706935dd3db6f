package io.gamay.query.plan;

import io.gamay.query.sql.Expression.ArithmeticOperator;
import io.gamay.query.sql.Expression.ComparisonOperator;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Optional;

/**
 * An expression whose names are resolved and whose types are known. Operands of comparisons and
 * arithmetic have one common type already (the planner inserts {@link Convert}); constants are
 * folded. Boolean expressions follow three-valued logic where an operand is nullable.
 */
public sealed interface TypedExpression {

  ResultType type();

  /** Whether the value can be SQL NULL. */
  boolean isNullable();

  /**
   * A physical column; multi-value columns have an array type.
   *
   * @param defaultValue of the current schema: what a segment that lacks the column answers (NULL
   *     where {@code isNullable}); of the type's stored type
   */
  record ColumnReference(String column, ResultType type, boolean isNullable, Value defaultValue)
      implements TypedExpression {}

  /** {@code $offset}, {@code $partitionId}, {@code $docId}, {@code $segmentName}. */
  record VirtualColumn(VirtualColumnKind kind) implements TypedExpression {
    @Override
    public ResultType type() {
      return ResultType.of(kind.type());
    }

    @Override
    public boolean isNullable() {
      return false;
    }
  }

  /**
   * @param value empty: SQL NULL
   */
  record Constant(Optional<Value> value, ResultType type) implements TypedExpression {
    @Override
    public boolean isNullable() {
      return value.isEmpty();
    }
  }

  /** The value of group key {@code index}; in what the broker computes from groups. */
  record KeyReference(int index, ResultType type, boolean isNullable) implements TypedExpression {}

  /** The result of aggregation {@code index}; in what the broker computes from aggregates. */
  record AggregateReference(int index, ResultType type, boolean isNullable)
      implements TypedExpression {}

  /** Element-wise conversion to another type; fails the query on a value that does not convert. */
  record Convert(TypedExpression operand, DataType target) implements TypedExpression {
    @Override
    public ResultType type() {
      return new ResultType(target, operand.type().isArray());
    }

    @Override
    public boolean isNullable() {
      return operand.isNullable();
    }
  }

  /**
   * Operands of one numeric type, which is the result's (DIVIDE: as the dialect says). Overflow of
   * integers is an error.
   */
  record Arithmetic(
      ArithmeticOperator operator, TypedExpression left, TypedExpression right, ResultType type)
      implements TypedExpression {
    @Override
    public boolean isNullable() {
      return left.isNullable() || right.isNullable();
    }
  }

  /**
   * Comparison of two single values of one type, or of a multi-value column on the left with a
   * single value: then any element matches ({@code NOT_EQUAL}: no element is equal).
   */
  record Comparison(ComparisonOperator operator, TypedExpression left, TypedExpression right)
      implements BooleanExpression {
    @Override
    public boolean isNullable() {
      return left.isNullable() || right.isNullable();
    }
  }

  /**
   * Whether any element of a multi-value operand is in [low, high] (negated: none is). BETWEEN over
   * single values is two comparisons instead; over several values that would let different elements
   * meet the two bounds. Operand and bounds have one element type.
   */
  record AnyBetween(
      TypedExpression operand, TypedExpression low, TypedExpression high, boolean negated)
      implements BooleanExpression {
    @Override
    public boolean isNullable() {
      return operand.isNullable() || low.isNullable() || high.isNullable();
    }
  }

  /**
   * Membership in constants of the operand's element type; the set has no duplicates and no NULL.
   * Multi-value: any element is in the set (negated: none is).
   *
   * @param hasNull whether NULL was among the values (then no match is unknown instead of false)
   */
  record InSet(TypedExpression operand, List<Value> values, boolean hasNull, boolean negated)
      implements BooleanExpression {
    public InSet {
      values = List.copyOf(values);
    }

    @Override
    public boolean isNullable() {
      return operand.isNullable() || hasNull;
    }
  }

  /**
   * SQL LIKE over STRING: {@code %} any run, {@code _} one character. Multi-value: any element
   * matches (negated: none does).
   */
  record Like(
      TypedExpression operand,
      String pattern,
      Optional<Character> escape,
      boolean caseInsensitive,
      boolean negated)
      implements BooleanExpression {
    @Override
    public boolean isNullable() {
      return operand.isNullable();
    }
  }

  /**
   * A scalar function. Which body computes it follows from its name and the types of its arguments,
   * which are those of one of the function's signatures.
   *
   * @param function the name in {@code ScalarFunctions}: lower case, no underscores
   */
  record Call(String function, List<TypedExpression> arguments, ResultType type, boolean isNullable)
      implements TypedExpression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** Never NULL itself. */
  record IsNull(TypedExpression operand, boolean negated) implements BooleanExpression {
    @Override
    public boolean isNullable() {
      return false;
    }
  }

  record And(List<TypedExpression> operands) implements BooleanExpression {
    public And {
      operands = List.copyOf(operands);
    }

    @Override
    public boolean isNullable() {
      return operands.stream().anyMatch(TypedExpression::isNullable);
    }
  }

  record Or(List<TypedExpression> operands) implements BooleanExpression {
    public Or {
      operands = List.copyOf(operands);
    }

    @Override
    public boolean isNullable() {
      return operands.stream().anyMatch(TypedExpression::isNullable);
    }
  }

  record Not(TypedExpression operand) implements BooleanExpression {
    @Override
    public boolean isNullable() {
      return operand.isNullable();
    }
  }

  /** Branches in order; results have one type. Without {@code otherwise} the rest is NULL. */
  record Case(List<Branch> branches, Optional<TypedExpression> otherwise, ResultType type)
      implements TypedExpression {
    public Case {
      branches = List.copyOf(branches);
    }

    @Override
    public boolean isNullable() {
      return otherwise.isEmpty()
          || otherwise.get().isNullable()
          || branches.stream().anyMatch(branch -> branch.result().isNullable());
    }
  }

  record Branch(TypedExpression condition, TypedExpression result) {}

  /** An expression of type BOOLEAN. */
  sealed interface BooleanExpression extends TypedExpression {
    @Override
    default ResultType type() {
      return ResultType.of(DataType.BOOLEAN);
    }
  }

  /** Columns that every segment has without storing them. */
  enum VirtualColumnKind {
    OFFSET("$offset", DataType.LONG),
    PARTITION_ID("$partitionId", DataType.INT),
    DOC_ID("$docId", DataType.INT),
    SEGMENT_NAME("$segmentName", DataType.STRING);

    private final String columnName;
    private final DataType type;

    VirtualColumnKind(String columnName, DataType type) {
      this.columnName = columnName;
      this.type = type;
    }

    public String columnName() {
      return columnName;
    }

    public DataType type() {
      return type;
    }
  }
}
