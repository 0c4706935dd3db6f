package io.gamay.query.function;

import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Optional;

/** Constant arguments in Java's types. */
final class Constants {

  private Constants() {}

  static String text(Argument argument) {
    return argument.constant().orElseThrow() instanceof Value.StringValue(String text)
        ? text
        : String.valueOf(argument.constant().get());
  }

  /** The constant text at an index, if the call has so many arguments. */
  static Optional<String> text(List<Argument> arguments, int index) {
    return index < arguments.size() ? Optional.of(text(arguments.get(index))) : Optional.empty();
  }

  static int integer(Argument argument) {
    return argument.constant().orElseThrow() instanceof Value.IntValue(int number) ? number : 0;
  }
}
