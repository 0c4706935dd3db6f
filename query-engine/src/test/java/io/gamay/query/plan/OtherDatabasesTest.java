package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OtherDatabasesTest {

  private static final Pattern CALL = Pattern.compile("([A-Z_]+)\\(");

  /** Forms of the grammar that look like calls. */
  private static final Set<String> FORMS = Set.of("CAST");

  @Test
  void whatIsToldExistsAndWhatItIsToldForDoesNot() {
    OtherDatabases.functions()
        .forEach(
            (name, told) -> {
              assertThat(FunctionDocs.find(name)).as(name).isEmpty();
              assertThat(MissingFunctions.reason(name)).as(name).isEmpty();
              CALL.matcher(told)
                  .results()
                  .map(MatchResult::group)
                  .map(call -> call.substring(0, call.length() - 1))
                  .filter(call -> !FORMS.contains(call))
                  .forEach(call -> assertThat(FunctionDocs.find(call)).as(told).isPresent());
            });
  }

  @Test
  void namesAreFoundWithoutCaseAndUnderscores() {
    assertThat(OtherDatabases.function("Group_Concat")).hasValue(": write LISTAGG(x, ',')");
    assertThat(OtherDatabases.function("upper")).isEmpty();
    assertThat(OtherDatabases.value("CURRENT_TIMESTAMP")).isPresent();
    assertThat(OtherDatabases.value("rank")).isEmpty();
  }
}
