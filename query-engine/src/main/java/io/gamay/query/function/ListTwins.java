package io.gamay.query.function;

import io.gamay.query.function.Parameter.Presence;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Functions of one time for lists of times as well, under the name with MV behind it: the result is
 * the list of what the function gives for each element, NULL ones left out.
 */
final class ListTwins {

  private ListTwins() {}

  /** The functions, those with a time per row also for lists. */
  static List<ScalarFunction> added(List<ScalarFunction> functions) {
    return functions.stream().map(ListTwins::added).toList();
  }

  private static ScalarFunction added(ScalarFunction function) {
    List<Signature> twins = new ArrayList<>();
    for (Signature signature : function.signatures()) {
      mapped(signature).ifPresent(index -> twins.add(twin(signature, index)));
    }
    return twins.isEmpty() ? function : function.withTwins(twins);
  }

  /** Which argument becomes a list: the one called time, else the first that is not constant. */
  private static Optional<Integer> mapped(Signature signature) {
    Optional<Integer> found = Optional.empty();
    for (int index = 0; index < signature.parameters().size(); index++) {
      Parameter parameter = signature.parameters().get(index);
      boolean isNamed = parameter.name().equals("time");
      if (parameter.mustBeConstant() || listOf(parameter.type()).isEmpty()) {
        continue;
      }
      if (parameter.presence() != Presence.ONCE) {
        return Optional.empty();
      }
      if (isNamed || found.isEmpty()) {
        found = Optional.of(index);
      }
    }
    return found;
  }

  private static Optional<ParameterType> listOf(ParameterType type) {
    return switch (type) {
      case LONG, INSTANT, TIMESTAMP -> Optional.of(ParameterType.LONG_LIST);
      case TEXT -> Optional.of(ParameterType.TEXT_LIST);
      default -> Optional.empty();
    };
  }

  private static Signature twin(Signature signature, int mapped) {
    List<Parameter> parameters = new ArrayList<>(signature.parameters());
    Parameter single = parameters.get(mapped);
    parameters.set(mapped, Parameter.of(single.name(), listOf(single.type()).orElseThrow()));
    return new Signature(
        parameters,
        arguments ->
            ArgumentType.arrayOf(signature.result().apply(singles(arguments, mapped)).element()),
        arguments -> {
          List<Argument> singles = singles(arguments, mapped);
          return new ListBody(
              signature.binder().bind(singles),
              signature.result().apply(singles).element(),
              readOnce(signature, arguments.size()),
              mapped);
        });
  }

  private static List<Argument> singles(List<Argument> arguments, int mapped) {
    List<Argument> singles = new ArrayList<>(arguments);
    singles.set(mapped, Argument.ofRows(ArgumentType.of(arguments.get(mapped).type().element())));
    return singles;
  }

  private static boolean[] readOnce(Signature signature, int count) {
    boolean[] readOnce = new boolean[count];
    for (int index = 0; index < count; index++) {
      readOnce[index] = signature.parameter(index).mustBeConstant();
    }
    return readOnce;
  }

  /** Gives a body each element as a row of its own. */
  private record ListBody(ScalarBody body, DataType element, boolean[] readOnce, int mapped)
      implements ScalarBody {

    @Override
    public void apply(Vector[] arguments, int rows, Vector out) {
      apply(arguments, rows, out, Watch.NONE);
    }

    @Override
    public void apply(Vector[] arguments, int rows, Vector out, Watch watch) {
      Vector lists = arguments[mapped];
      Vector[] flat = new Vector[arguments.length];
      for (int index = 0; index < flat.length; index++) {
        flat[index] = readOnce[index] ? arguments[index] : Vector.of(arguments[index].type());
      }
      int count = 0;
      for (int row = 0; row < rows; row++) {
        int end = out.isNull(row) ? lists.listStart(row) : lists.listEnds()[row];
        for (int at = lists.listStart(row); at < end; at++) {
          count++;
          for (int index = 0; index < flat.length; index++) {
            if (!readOnce[index]) {
              flat[index].appendElement(arguments[index], index == mapped ? at : row);
            }
          }
        }
      }
      Vector results = Vector.of(element.storedType());
      results.resize(count);
      body.apply(flat, count, results, watch);
      collect(lists, results, rows, out);
    }

    private static void collect(Vector lists, Vector results, int rows, Vector out) {
      int from = 0;
      int kept = 0;
      for (int row = 0; row < rows; row++) {
        int length = out.isNull(row) ? 0 : lists.listEnds()[row] - lists.listStart(row);
        out.resizeValues(kept + length);
        for (int at = from; at < from + length; at++) {
          if (!results.isNull(at)) {
            RowBodies.put(out, kept++, results.element(at));
          }
        }
        from += length;
        out.listEnds()[row] = kept;
      }
      out.resizeValues(kept);
    }
  }
}
