package io.gamay.query.sql;

import io.gamay.segment.schema.DataType;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** An expression as written, names unresolved and types unknown. */
public sealed interface Expression {

  /**
   * A column or an alias, as written, without quotes.
   *
   * @param quoted whether it was written in double quotes
   */
  record Name(String name, boolean quoted) implements Expression {}

  /** An integer literal that fits a LONG. */
  record IntegerLiteral(long value) implements Expression {}

  /** A literal with a decimal point (scale above 0), or an integer beyond LONG (scale 0). */
  record DecimalLiteral(BigDecimal value) implements Expression {}

  /** A literal with an exponent. */
  record DoubleLiteral(double value) implements Expression {}

  record StringLiteral(String value) implements Expression {}

  record BooleanLiteral(boolean value) implements Expression {}

  /** X'0a1b'. */
  record BytesLiteral(byte[] value) implements Expression {
    @Override
    public boolean equals(Object other) {
      return other instanceof BytesLiteral that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return HexFormat.of().formatHex(value);
    }
  }

  record NullLiteral() implements Expression {}

  /** The star of SELECT * and COUNT(*). */
  record Star() implements Expression {}

  record Arithmetic(ArithmeticOperator operator, Expression left, Expression right)
      implements Expression {}

  record Negate(Expression operand) implements Expression {}

  record Comparison(ComparisonOperator operator, Expression left, Expression right)
      implements Expression {}

  /** At least two operands; nested ANDs are flattened. */
  record And(List<Expression> operands) implements Expression {
    public And {
      operands = List.copyOf(operands);
    }
  }

  /** At least two operands; nested ORs are flattened. */
  record Or(List<Expression> operands) implements Expression {
    public Or {
      operands = List.copyOf(operands);
    }
  }

  record Not(Expression operand) implements Expression {}

  record In(Expression operand, List<Expression> values, boolean negated) implements Expression {
    public In {
      values = List.copyOf(values);
    }
  }

  record Between(Expression operand, Expression low, Expression high, boolean negated)
      implements Expression {}

  record Like(Expression operand, Expression pattern, Optional<Character> escape, boolean negated)
      implements Expression {}

  record IsNull(Expression operand, boolean negated) implements Expression {}

  /** IS [NOT] TRUE, FALSE, UNKNOWN: a test of a condition that is never unknown itself. */
  record IsTruth(Expression operand, Truth truth, boolean negated) implements Expression {}

  /** IS [NOT] DISTINCT FROM: comparison in which NULL equals NULL. */
  record IsDistinct(Expression left, Expression right, boolean negated) implements Expression {}

  record Case(List<Branch> branches, Optional<Expression> otherwise) implements Expression {
    public Case {
      branches = List.copyOf(branches);
    }
  }

  /** A branch of a searched CASE (a simple CASE is rewritten into one). */
  record Branch(Expression condition, Expression result) {}

  /**
   * @param size what stands in parentheses behind the type
   */
  record Cast(Expression operand, DataType type, Optional<TypeSize> size) implements Expression {
    public Cast(Expression operand, DataType type) {
      this(operand, type, Optional.empty());
    }
  }

  /**
   * VARCHAR(length), DECIMAL(precision, scale).
   *
   * @param length or precision, above 0
   * @param scale 0 where none is written
   */
  record TypeSize(int length, int scale) {}

  /**
   * A function or aggregation.
   *
   * @param name as written (needed for column names); matched without case and underscores
   * @param distinct COUNT(DISTINCT x)
   * @param filter FILTER (WHERE ...)
   */
  record Call(
      String name, List<Expression> arguments, boolean distinct, Optional<Expression> filter)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** The truth values of SQL. */
  enum Truth {
    TRUE,
    FALSE,
    UNKNOWN
  }

  enum ArithmeticOperator {
    PLUS,
    MINUS,
    TIMES,
    DIVIDE,
    MODULO
  }

  enum ComparisonOperator {
    EQUAL,
    NOT_EQUAL,
    LESS,
    LESS_OR_EQUAL,
    GREATER,
    GREATER_OR_EQUAL
  }
}
