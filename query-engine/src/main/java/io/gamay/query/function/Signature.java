package io.gamay.query.function;

import io.gamay.query.function.Parameter.Presence;
import io.gamay.segment.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One way to call a function.
 *
 * @param result the result's type, given the arguments as they are after conversion
 */
record Signature(
    List<Parameter> parameters, Function<List<Argument>, ArgumentType> result, Binder binder) {

  Signature {
    parameters = List.copyOf(parameters);
  }

  /**
   * @param distance sum of what the arguments are away from the parameters
   * @param targets the types that the arguments are to be converted to
   */
  record Match(Signature signature, int distance, List<ArgumentType> targets) {}

  boolean takes(int count) {
    return count >= minCount() && count <= maxCount();
  }

  int minCount() {
    return (int) parameters.stream().filter(p -> p.presence() != Presence.OPTIONAL).count();
  }

  int maxCount() {
    boolean isOpen = parameters.stream().anyMatch(p -> p.presence() == Presence.REPEATED);
    return isOpen ? Integer.MAX_VALUE : parameters.size();
  }

  Parameter parameter(int index) {
    return parameters.get(Math.min(index, parameters.size() - 1));
  }

  Optional<Match> match(List<Argument> arguments) {
    if (!takes(arguments.size())) {
      return Optional.empty();
    }
    int distance = 0;
    List<ArgumentType> targets = new ArrayList<>(arguments.size());
    for (int index = 0; index < arguments.size(); index++) {
      Argument argument = arguments.get(index);
      ParameterType type = parameter(index).type();
      OptionalInt own = type.distance(argument);
      if (own.isEmpty() || (parameter(index).mustBeConstant() && !argument.isConstant())) {
        return Optional.empty();
      }
      distance += own.getAsInt();
      targets.add(type.target(argument.type()));
    }
    int total = distance;
    return commonTargets(arguments, targets).map(all -> new Match(this, total, all));
  }

  private Optional<List<ArgumentType>> commonTargets(
      List<Argument> arguments, List<ArgumentType> targets) {
    Optional<DataType> common = Optional.empty();
    boolean hasList = false;
    for (int index = 0; index < arguments.size(); index++) {
      ParameterType type = parameter(index).type();
      if (type == ParameterType.ANY_LIST) {
        common = Optional.of(targets.get(index).element());
        hasList = true;
      } else if (type == ParameterType.COMMON && !arguments.get(index).isNullConstant()) {
        DataType own = targets.get(index).element();
        if (common.isPresent() && !hasList) {
          common = CommonType.of(common.get(), own);
          if (common.isEmpty()) {
            return Optional.empty();
          }
        } else if (common.isEmpty()) {
          common = Optional.of(own);
        }
      }
    }
    List<ArgumentType> all = new ArrayList<>(targets);
    for (int index = 0; index < arguments.size(); index++) {
      if (parameter(index).type() == ParameterType.COMMON) {
        all.set(index, ArgumentType.of(common.orElse(DataType.STRING)));
      }
    }
    return Optional.of(all);
  }

  /** As documentation shows it: {@code (text, begin int[, end int])}. */
  String written(String function) {
    var text = new StringBuilder();
    int open = 0;
    for (int index = 0; index < parameters.size(); index++) {
      Parameter parameter = parameters.get(index);
      boolean isOptional = parameter.presence() == Presence.OPTIONAL;
      if (isOptional) {
        text.append('[');
        open++;
      }
      text.append(index > 0 ? ", " : "").append(parameter.written());
      if (parameter.presence() == Presence.REPEATED) {
        text.append(", ...");
      }
    }
    return function + "(" + text + "]".repeat(open) + ")";
  }

  static String joined(List<ArgumentType> types) {
    return types.stream().map(ArgumentType::toString).collect(Collectors.joining(", "));
  }
}
