package io.gamay.query.function;

import java.util.List;

/** Makes the body of a call out of its arguments, already of the signature's types. */
@FunctionalInterface
interface Binder {

  /**
   * @throws io.gamay.query.error.QueryException if a constant argument has no meaning for the
   *     function: a pattern that is none, an unknown unit
   */
  ScalarBody bind(List<Argument> arguments);
}
