package io.gamay.query.function;

import static io.gamay.query.function.ScalarFunction.function;

import java.util.List;

/** Functions that the planner rewrites into the operators of the language. */
final class LogicFunctions {

  private LogicFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        function("COALESCE", FunctionGroup.LOGIC)
            .written("COALESCE(value, value, ...)")
            .doc(
                "The first argument that is not NULL, NULL if all are. Arguments behind it are not"
                    + " evaluated.")
            .example("COALESCE(NULL, 'a', 'b')", "a")
            .mayFail()
            .build(),
        function("NULLIF", FunctionGroup.LOGIC)
            .written("NULLIF(a, b)")
            .doc("NULL where a equals b, else a.")
            .example("NULLIF(1, 1)", "null")
            .example("NULLIF(1, 2)", "1")
            .mayFail()
            .build(),
        function("IS_NULL", FunctionGroup.LOGIC)
            .written("IS_NULL(value)")
            .doc("Whether the argument is NULL; the same as value IS NULL.")
            .example("IS_NULL(NULL)", "true")
            .build(),
        function("IS_NOT_NULL", FunctionGroup.LOGIC)
            .written("IS_NOT_NULL(value)")
            .doc("Whether the argument is not NULL; the same as value IS NOT NULL.")
            .example("IS_NOT_NULL(NULL)", "false")
            .build(),
        function("IF", FunctionGroup.LOGIC)
            .written("IF(condition, a, b)")
            .doc("a where the condition is true, else b. The other one is not evaluated.")
            .example("IF(1 < 2, 'yes', 'no')", "yes")
            .mayFail()
            .build());
  }
}
