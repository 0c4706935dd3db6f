package io.gamay.query.sql;

import io.gamay.segment.schema.TimestampText;
import java.math.BigDecimal;
import java.util.HexFormat;

/** Literals from their tokens. */
final class Literals {

  private Literals() {}

  /** The number of an INTEGER, DECIMAL or DOUBLE token. */
  static Expression number(SqlSource source, SqlToken token) {
    if (token.kind() == SqlToken.Kind.DOUBLE) {
      double value = Double.parseDouble(token.text());
      if (Double.isInfinite(value)) {
        throw source.error(token.start(), "number is out of the range of DOUBLE");
      }
      return new Expression.DoubleLiteral(value);
    }
    BigDecimal value = new BigDecimal(token.text());
    if (token.kind() == SqlToken.Kind.INTEGER) {
      return integer(value);
    }
    return decimal(value.scale() == 0 ? value.setScale(1) : value);
  }

  /** The text of a literal TIMESTAMP '...' or DATE '...', checked. */
  static String timestamp(SqlSource source, SqlToken type, SqlToken text) {
    boolean isDate = type.isWord("DATE");
    if (isDate && text.text().strip().length() != "2026-01-31".length()) {
      throw source.unexpected(text, "a day as 2026-01-31");
    }
    if (TimestampText.parse(text.text().strip()).isEmpty()) {
      throw source.unexpected(
          text, isDate ? "a day as 2026-01-31" : "a timestamp as 2026-01-31 12:34:56.789");
    }
    return text.text().strip();
  }

  static Expression bytes(SqlToken token) {
    return new Expression.BytesLiteral(HexFormat.of().parseHex(token.text()));
  }

  /** Minus the operand; of a number literal that is a literal. */
  static Expression negate(Expression operand) {
    return switch (operand) {
      case Expression.IntegerLiteral(long value) ->
          value == Long.MIN_VALUE
              ? decimal(BigDecimal.valueOf(value).negate())
              : new Expression.IntegerLiteral(-value);
      case Expression.DecimalLiteral(BigDecimal value) ->
          value.scale() == 0 ? integer(value.negate()) : decimal(value.negate());
      case Expression.DoubleLiteral(double value) -> new Expression.DoubleLiteral(-value);
      default -> new Expression.Negate(operand);
    };
  }

  private static Expression integer(BigDecimal value) {
    return value.unscaledValue().bitLength() < Long.SIZE
        ? new Expression.IntegerLiteral(value.longValueExact())
        : decimal(value);
  }

  private static Expression decimal(BigDecimal value) {
    return new Expression.DecimalLiteral(value);
  }
}
