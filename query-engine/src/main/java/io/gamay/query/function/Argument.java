package io.gamay.query.function;

import io.gamay.segment.schema.Value;
import java.util.Optional;

/**
 * An argument of a call as far as it is known before rows are seen.
 *
 * @param isConstant whether it is the same for all rows
 * @param constant its value if it is constant and not NULL
 */
public record Argument(ArgumentType type, boolean isConstant, Optional<Value> constant) {

  public static Argument ofRows(ArgumentType type) {
    return new Argument(type, false, Optional.empty());
  }

  boolean isNullConstant() {
    return isConstant && constant.isEmpty();
  }
}
