package io.gamay.query.function;

import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.function.Parameter.Presence;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Functions of multi-value columns and other lists; the first element has index 0. */
final class ArrayFunctions {

  private static final Parameter LIST = of("array", ParameterType.ANY_LIST);
  private static final Parameter VALUE = of("value", ParameterType.COMMON);
  private static final int MAX_ELEMENTS = 100_000;

  private ArrayFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    addMaking(all);
    addAsking(all);
    addChanging(all);
    addCombining(all);
    addComputing(all);
    return all;
  }

  /** The function's names with the element's type, as Pinot has them. */
  private static String[] typed(String name) {
    return new String[] {
      name + "_INT", name + "_LONG", name + "_FLOAT", name + "_DOUBLE", name + "_STRING"
    };
  }

  private static ScalarFunction.Builder array(String name, String doc) {
    return function(name, FunctionGroup.ARRAY).doc(doc);
  }

  private static ArgumentType sameAsFirst(List<Argument> arguments) {
    return arguments.getFirst().type();
  }

  private static ArgumentType elementOfFirst(List<Argument> arguments) {
    return ArgumentType.of(arguments.getFirst().type().element());
  }

  private static void addMaking(List<ScalarFunction> all) {
    all.add(
        array("ARRAY", "A list of the arguments, all in one type; the same as ARRAY[a, b].")
            .alias("ARRAY_VALUE_CONSTRUCTOR")
            .example("ARRAY[1, 2, 3]", "[1, 2, 3]")
            .signature(
                arguments -> ArgumentType.arrayOf(arguments.getFirst().type().element()),
                _ ->
                    RowBodies.lists(
                        (a, r) -> {
                          List<Value> values = new ArrayList<>(a.length);
                          for (Vector argument : a) {
                            values.add(argument.valueAt(r));
                          }
                          return values;
                        }),
                new Parameter("value", ParameterType.COMMON, false, Presence.REPEATED))
            .build());
    all.add(
        array(
                "GENERATE_ARRAY",
                "The whole numbers from first to last, by a step (1 if none is given).")
            .alias("GENERATE_INT_ARRAY", "GENERATE_LONG_ARRAY")
            .example("GENERATE_ARRAY(1, 7, 3)", "[1, 4, 7]")
            .mayFail()
            .listSignature(
                DataType.LONG,
                _ -> RowBodies.lists((a, r) -> range(a[0].longs()[r], a[1].longs()[r], 1)),
                of("first", ParameterType.LONG),
                of("last", ParameterType.LONG))
            .listSignature(
                DataType.LONG,
                _ ->
                    RowBodies.lists(
                        (a, r) -> range(a[0].longs()[r], a[1].longs()[r], a[2].longs()[r])),
                of("first", ParameterType.LONG),
                of("last", ParameterType.LONG),
                of("step", ParameterType.LONG))
            .build());
    all.add(
        array("ARRAY_TO_STRING", "The elements as text, with a separator between them.")
            .example("ARRAY_TO_STRING(ARRAY('a', 'b'), '-')", "a-b")
            .signature(
                DataType.STRING,
                _ ->
                    RowBodies.texts(
                        (a, r) -> {
                          var parts = new ArrayList<String>();
                          for (int at = a[0].listStart(r); at < a[0].listEnds()[r]; at++) {
                            parts.add(a[0].stringAt(at));
                          }
                          return String.join(a[1].stringAt(r), parts);
                        }),
                of("array", ParameterType.TEXT_LIST),
                of("separator", ParameterType.TEXT))
            .build());
  }

  private static List<Value> range(long first, long last, long step) {
    boolean isEmpty = step > 0 ? first > last : first < last;
    if (step == 0) {
      throw Failures.ofValue("GENERATE_ARRAY", "step must not be", step);
    }
    if (isEmpty) {
      return List.of();
    }
    BigDecimal count =
        BigDecimal.valueOf(last)
            .subtract(BigDecimal.valueOf(first))
            .divideToIntegralValue(BigDecimal.valueOf(step));
    if (count.compareTo(BigDecimal.valueOf(MAX_ELEMENTS)) >= 0) {
      throw Failures.ofValue("GENERATE_ARRAY", "more than " + MAX_ELEMENTS + " elements", count);
    }
    List<Value> values = new ArrayList<>();
    for (int index = 0; index <= count.intValue(); index++) {
      values.add(new Value.LongValue(first + index * step));
    }
    return values;
  }

  private static void addAsking(List<ScalarFunction> all) {
    all.add(
        array("ARRAY_LENGTH", "How many elements the list has.")
            .alias("CARDINALITY")
            .example("ARRAY_LENGTH(ARRAY(5, 5))", "2")
            .signature(
                DataType.INT,
                _ -> RowBodies.ints((a, r) -> a[0].listEnds()[r] - a[0].listStart(r)),
                LIST)
            .build());
    all.add(
        array("ARRAY_CONTAINS", "Whether an element equals the value.")
            .alias(typed("ARRAY_CONTAINS"))
            .example("ARRAY_CONTAINS(ARRAY(1, 2), 2)", "true")
            .signature(
                DataType.BOOLEAN, _ -> RowBodies.flags((a, r) -> indexOf(a, r) >= 0), LIST, VALUE)
            .build());
    all.add(
        array("ARRAY_INDEX_OF", "The index of the first element that equals the value; -1 if none.")
            .alias(typed("ARRAY_INDEX_OF"))
            .example("ARRAY_INDEX_OF(ARRAY(4, 5, 5), 5)", "1")
            .signature(DataType.INT, _ -> RowBodies.ints(ArrayFunctions::indexOf), LIST, VALUE)
            .build());
    all.add(
        array(
                "ARRAY_ELEMENT_AT",
                "The element at a position, of which the first is 1; NULL if there is none.")
            .alias(typed("ARRAY_ELEMENT_AT"))
            .example("ARRAY_ELEMENT_AT(ARRAY('a', 'b'), 2)", "b")
            .maybeNull()
            .signature(
                ArrayFunctions::elementOfFirst,
                _ ->
                    RowBodies.values(
                        (a, r) -> {
                          int start = a[0].listStart(r);
                          int position = a[1].ints()[r];
                          boolean isIn = position >= 1 && position <= a[0].listEnds()[r] - start;
                          return isIn ? a[0].element(start + position - 1) : null;
                        }),
                LIST,
                of("position", ParameterType.INT))
            .build());
    all.add(
        array("ARRAYS_OVERLAP", "Whether the lists have an element in common.")
            .example("ARRAYS_OVERLAP(ARRAY(1, 2), ARRAY(2, 3))", "true")
            .signature(
                DataType.BOOLEAN,
                ArrayFunctions::overlap,
                LIST,
                of("other", ParameterType.ANY_LIST))
            .build());
    all.add(
        array(
                "MAP_VALUE",
                "The element of the second list where the first has the key; NULL if it has not.")
            .example("MAP_VALUE(ARRAY('a', 'b'), 'b', ARRAY(1, 2))", "2")
            .maybeNull()
            .signature(
                arguments -> ArgumentType.of(arguments.get(2).type().element()),
                _ ->
                    RowBodies.values(
                        (a, r) -> {
                          int index = indexOf(a, r);
                          int at = a[2].listStart(r) + index;
                          return index < 0 || at >= a[2].listEnds()[r] ? null : a[2].element(at);
                        }),
                of("keys", ParameterType.TEXT_LIST),
                of("key", ParameterType.TEXT),
                of("values", ParameterType.ANY_LIST))
            .build());
  }

  /** Of the second argument's value in the first argument's list. */
  private static int indexOf(Vector[] a, int row) {
    int start = a[0].listStart(row);
    for (int at = start; at < a[0].listEnds()[row]; at++) {
      if (Vector.compare(a[0], at, a[1], row) == 0) {
        return at - start;
      }
    }
    return -1;
  }

  private static ScalarBody overlap(List<Argument> arguments) {
    requireSame("ARRAYS_OVERLAP", arguments);
    return RowBodies.flags(
        (a, r) -> {
          for (int at = a[0].listStart(r); at < a[0].listEnds()[r]; at++) {
            for (int other = a[1].listStart(r); other < a[1].listEnds()[r]; other++) {
              if (Vector.compare(a[0], at, a[1], other) == 0) {
                return true;
              }
            }
          }
          return false;
        });
  }

  private static void requireSame(String function, List<Argument> arguments) {
    ArgumentType first = arguments.get(0).type();
    ArgumentType second = arguments.get(1).type();
    if (!first.equals(second)) {
      throw Failures.ofConstant(
          function, "the lists must have one type, found", first + " and " + second);
    }
  }

  private static void addChanging(List<ScalarFunction> all) {
    all.add(
        changed("ARRAY_SORT", "The elements in ascending order.", ArrayFunctions::sorted)
            .example("ARRAY_SORT(ARRAY(3, 1, 2))", "[1, 2, 3]")
            .build());
    all.add(
        changed("ARRAY_REVERSE", "The elements in opposite order.", ArrayFunctions::reversed)
            .example("ARRAY_REVERSE(ARRAY(3, 1, 2))", "[2, 1, 3]")
            .build());
    all.add(
        changed(
                "ARRAY_DISTINCT",
                "Each different element once, in the order of first appearance.",
                values -> List.copyOf(new LinkedHashSet<>(values)))
            .example("ARRAY_DISTINCT(ARRAY(3, 1, 3))", "[3, 1]")
            .build());
    all.add(
        array("ARRAY_SLICE", "The elements from begin (the first is 0) up to but without end.")
            .alias(typed("ARRAY_SLICE"))
            .example("ARRAY_SLICE(ARRAY(1, 2, 3, 4), 1, 3)", "[2, 3]")
            .signature(
                ArrayFunctions::sameAsFirst,
                _ ->
                    RowBodies.lists(
                        (a, r) -> {
                          List<Value> values = a[0].listAt(r);
                          int end = Math.clamp(a[2].ints()[r], 0, values.size());
                          return values.subList(Math.clamp(a[1].ints()[r], 0, end), end);
                        }),
                LIST,
                of("begin", ParameterType.INT),
                of("end", ParameterType.INT))
            .build());
    all.add(
        array("ARRAY_REMOVE", "Without the first element that equals the value.")
            .alias(typed("ARRAY_REMOVE"))
            .example("ARRAY_REMOVE(ARRAY(1, 2, 1), 1)", "[2, 1]")
            .signature(
                ArrayFunctions::sameAsFirst,
                _ ->
                    RowBodies.lists(
                        (a, r) -> {
                          List<Value> values = a[0].listAt(r);
                          int index = indexOf(a, r);
                          if (index >= 0) {
                            values.remove(index);
                          }
                          return values;
                        }),
                LIST,
                VALUE)
            .build());
    all.add(
        array("ARRAY_PUSH_FRONT", "The value, then the elements.")
            .alias(typed("ARRAY_PUSH_FRONT"))
            .example("ARRAY_PUSH_FRONT(ARRAY(1, 2), 0)", "[0, 1, 2]")
            .signature(
                ArrayFunctions::sameAsFirst,
                _ -> RowBodies.lists((a, r) -> pushed(a, r, true)),
                LIST,
                VALUE)
            .build());
    all.add(
        array("ARRAY_PUSH_BACK", "The elements, then the value.")
            .alias(typed("ARRAY_PUSH_BACK"))
            .example("ARRAY_PUSH_BACK(ARRAY(1, 2), 3)", "[1, 2, 3]")
            .signature(
                ArrayFunctions::sameAsFirst,
                _ -> RowBodies.lists((a, r) -> pushed(a, r, false)),
                LIST,
                VALUE)
            .build());
    all.add(
        array("VALUE_IN", "The elements that equal one of the values.")
            .example("VALUE_IN(ARRAY(1, 2, 3), 3, 1, 7)", "[1, 3]")
            .signature(
                ArrayFunctions::sameAsFirst,
                _ -> RowBodies.lists(ArrayFunctions::valuesIn),
                LIST,
                new Parameter("value", ParameterType.COMMON, false, Presence.REPEATED))
            .build());
  }

  private static ScalarFunction.Builder changed(
      String name, String doc, UnaryOperator<List<Value>> change) {
    return array(name, doc)
        .alias(typed(name))
        .signature(
            ArrayFunctions::sameAsFirst,
            _ -> RowBodies.lists((a, r) -> change.apply(a[0].listAt(r))),
            LIST);
  }

  private static List<Value> sorted(List<Value> values) {
    Collections.sort(values);
    return values;
  }

  private static List<Value> reversed(List<Value> values) {
    Collections.reverse(values);
    return values;
  }

  private static List<Value> pushed(Vector[] a, int row, boolean isFront) {
    List<Value> values = a[0].listAt(row);
    values.add(isFront ? 0 : values.size(), a[1].valueAt(row));
    return values;
  }

  private static List<Value> valuesIn(Vector[] a, int row) {
    List<Value> found = new ArrayList<>();
    for (int at = a[0].listStart(row); at < a[0].listEnds()[row]; at++) {
      for (int index = 1; index < a.length; index++) {
        if (Vector.compare(a[0], at, a[index], row) == 0) {
          found.add(a[0].element(at));
          break;
        }
      }
    }
    return found;
  }

  private static void addCombining(List<ScalarFunction> all) {
    all.add(
        combined(
                "ARRAY_CONCAT",
                "The elements of one list, then those of the other.",
                (left, right) -> {
                  left.addAll(right);
                  return left;
                })
            .example("ARRAY_CONCAT(ARRAY(1, 2), ARRAY(2, 3))", "[1, 2, 2, 3]")
            .build());
    all.add(
        combined(
                "ARRAY_UNION",
                "Each different element of both lists once, in the order of first appearance.",
                (left, right) -> {
                  left.addAll(right);
                  return List.copyOf(new LinkedHashSet<>(left));
                })
            .example("ARRAY_UNION(ARRAY(1, 2), ARRAY(2, 3))", "[1, 2, 3]")
            .build());
  }

  private static ScalarFunction.Builder combined(
      String name, String doc, BinaryOperator<List<Value>> operator) {
    return array(name, doc)
        .alias(typed(name))
        .signature(
            ArrayFunctions::sameAsFirst,
            arguments -> {
              requireSame(name, arguments);
              return RowBodies.lists((a, r) -> operator.apply(a[0].listAt(r), a[1].listAt(r)));
            },
            LIST,
            of("other", ParameterType.ANY_LIST));
  }

  private static void addComputing(List<ScalarFunction> all) {
    all.add(
        array("ARRAY_MIN", "The smallest element; NULL of an empty list.")
            .example("ARRAY_MIN(ARRAY(3, 1))", "1")
            .maybeNull()
            .signature(ArrayFunctions::elementOfFirst, _ -> extreme(-1), LIST)
            .build());
    all.add(
        array("ARRAY_MAX", "The greatest element; NULL of an empty list.")
            .example("ARRAY_MAX(ARRAY(3, 1))", "3")
            .maybeNull()
            .signature(ArrayFunctions::elementOfFirst, _ -> extreme(1), LIST)
            .build());
    all.add(
        array("ARRAY_SUM", "The sum of the elements, 0 of an empty list.")
            .example("ARRAY_SUM(ARRAY(1, 2))", "3.0")
            .signature(
                DataType.DOUBLE,
                _ -> RowBodies.doubles(ArrayFunctions::sum),
                of("array", ParameterType.DOUBLE_LIST))
            .build());
    all.add(
        array("ARRAY_AVERAGE", "The mean of the elements; NULL of an empty list.")
            .example("ARRAY_AVERAGE(ARRAY(1, 2))", "1.5")
            .maybeNull()
            .signature(
                DataType.DOUBLE,
                _ ->
                    RowBodies.values(
                        (a, r) -> {
                          int count = a[0].listEnds()[r] - a[0].listStart(r);
                          return count == 0 ? null : new Value.DoubleValue(sum(a, r) / count);
                        }),
                of("array", ParameterType.DOUBLE_LIST))
            .build());
  }

  private static ScalarBody extreme(int wantedSign) {
    return RowBodies.values(
        (a, r) -> {
          int best = a[0].listStart(r);
          int end = a[0].listEnds()[r];
          for (int at = best + 1; at < end; at++) {
            best = Vector.compare(a[0], at, a[0], best) * wantedSign > 0 ? at : best;
          }
          return best < end ? a[0].element(best) : null;
        });
  }

  private static double sum(Vector[] a, int row) {
    double sum = 0;
    for (int at = a[0].listStart(row); at < a[0].listEnds()[row]; at++) {
      sum += a[0].doubles()[at];
    }
    return sum;
  }
}
