package io.gamay.query.function;

import static io.gamay.query.function.TestCall.flag;
import static io.gamay.query.function.TestCall.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryException;
import io.gamay.query.function.TestCall.Fixed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonMatchTest {

  private static final String PERSON =
      """
      {"name": "adam", "age": 20, "isMember": true, "score": 7.50, "zip": "08", "gone": null,
       "address": {"street": "main st", "number": 1},
       "skills": ["english", "programming"],
       "trips": [{"to": "rome", "days": 3, "tags": ["hot", "old"]},
                 {"to": "oslo", "days": 9, "tags": []},
                 {"to": "bern"}]}
      """;

  private static boolean matches(String document, String filter) {
    return flag("json_match", document, new Fixed(filter));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          "$.name" = 'adam' ; true
          name = 'adam' ; true
          "$.name" <> 'adam' ; false
          "$.name" <> 'eve' ; true
          'eve' <> "$.name" ; true
          "$.nothing" <> 'eve' ; false
          NOT "$.nothing" = 'eve' ; false
          "$.age" = 20 ; true
          "$.age" = '20' ; true
          "$.age" = 20.0 ; true
          "$.age" = '20.0' ; false
          "$.age" > 19 AND "$.age" <= 20 ; true
          20 < "$.age" ; false
          "$.age" BETWEEN 18 AND 20 ; true
          "$.age" NOT BETWEEN 18 AND 19 ; true
          "$.age" IN (1, 20) ; true
          "$.age" NOT IN (1, 20) ; false
          "$.name" IN ('eve', 'adam') ; true
          "$.name" > 5 ; false
          NOT "$.name" > 5 ; false
          "$.name" > 'abel' ; true
          "$.score" = 7.5 ; true
          "$.score" = '7.50' ; true
          "$.zip" = 8 ; true
          "$.zip" = '08' ; true
          "$.zip" = '8' ; false
          "$.isMember" = true ; true
          "$.isMember" = 'true' ; true
          "$.isMember" = 1 ; false
          "$.gone" IS NULL ; true
          "$.gone" IS NOT NULL ; false
          "$.name" IS NOT NULL ; true
          "$.address" IS NOT NULL ; true
          "$.address" = 'x' ; false
          "$.address" <> 'x' ; false
          "$.address.number" = 1 AND "$.address.street" LIKE 'main%' ; true
          "$.name" LIKE '_da_' ; true
          "$.name" NOT LIKE '_da' ; true
          "$.name" LIKE 'A%' ; false
          REGEXP_LIKE("$.name", '^ad') ; true
          REGEXP_LIKE("$.name", '^AD', 'i') ; true
          NOT REGEXP_LIKE("$.name", '^ad') ; false
          "$.skills[0]" = 'english' ; true
          "$.skills[*]" = 'programming' ; true
          "$.skills[*]" <> 'english' ; true
          "$.skills[*]" = 'english' AND "$.skills[*]" = 'programming' ; false
          "$.skills[2]" IS NULL ; true
          "$.trips[*].to" = 'rome' AND "$.trips[*].days" = 3 ; true
          "$.trips[*].to" = 'rome' AND "$.trips[*].days" = 9 ; false
          "$.trips[*].to" = 'rome' AND "$.trips[1].days" = 9 ; true
          "$.trips[*].to" = 'rome' OR "$.trips[*].days" = 77 ; true
          "$.trips[*].days" IS NULL ; false
          "$.trips[*].to" = 'bern' AND "$.trips[*].days" IS NULL ; true
          "$.trips[*].to" = 'oslo' AND "$.trips[*].days" IS NULL ; false
          "$.trips[*].nothing" IS NULL ; true
          "$.trips[*].tags[*]" = 'old' AND "$.trips[*].to" = 'rome' ; true
          "$.trips[*].tags[*]" = 'old' AND "$.trips[*].to" = 'oslo' ; false
          "$.trips[*].tags[*]" IS NULL AND "$.trips[*].to" = 'oslo' ; true
          "$.trips[*].to" = 'rome' AND "$.skills[*]" = 'english' ; true
          NOT ("$.trips[*].to" = 'rome' OR "$.trips[*].days" = 9) ; false
          NOT ("$.trips[*].to" = 'rome' OR "$.trips[*].to" = 'oslo') ; true
          ("$.age" = 1 OR "$.name" = 'adam') AND ("$.age" = 20 OR "$.name" = 'eve') ; true
          "$['address']['street']" = 'main st' ; true
          """)
  void filterIsTrueOrNot(String filter, boolean isTrue) {
    assertThat(matches(PERSON, filter)).isEqualTo(isTrue);
  }

  @Test
  void documentsMayBeArraysAndScalars() {
    assertThat(matches("[{\"a\":1},{\"a\":2}]", "\"$[*].a\" = 2")).isTrue();
    assertThat(matches("[[1,2],[3]]", "\"$[*][*]\" = 3")).isTrue();
    assertThat(matches("[[1,2],[3]]", "\"$[0][*]\" = 3")).isFalse();
    assertThat(matches("7", "\"$\" = 7")).isTrue();
    assertThat(matches("null", "\"$\" IS NULL")).isTrue();
    assertThat(matches("[]", "\"$[*]\" IS NULL")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"a\":1} 2", "{a:1}", "nul"})
  void textsThatAreNotJsonPassNoFilter(String document) {
    assertThat(matches(document, "\"$.a\" IS NULL")).isFalse();
    assertThat(matches(document, "\"$.a\" = 1")).isFalse();
    assertThat(matches(document, "NOT \"$.a\" = 1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"$.a\"",
        "\"$.a\" =",
        "\"$.a\" = \"$.b\"",
        "\"$.a\" + 1 = 2",
        "1 = 1",
        "UPPER(\"$.a\") = 'X'",
        "\"$..a\" = 1",
        "\"$.a\" = 1; SELECT 1",
        "REGEXP_LIKE(\"$.a\", '(')",
        "REGEXP_LIKE()"
      })
  void textsThatAreNoFilterAreRefused(String filter) {
    assertThatThrownBy(() -> matches("{}", filter))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("JSON_MATCH: ");
  }

  @Test
  void filtersThatGrowAreRefusedAndDocumentsThatGrowAreNot() {
    String or = "(\"$.a[*]\" = 1 OR \"$.b[*]\" = 2)";
    String filter = or + (" AND " + or).repeat(9);
    assertThatThrownBy(() -> matches("{}", filter)).hasMessageContaining("more than 1000");
    String list = "[" + "0,".repeat(20_000) + "1]";
    String document = "{\"a\":%1$s,\"b\":%1$s,\"c\":%1$s}".formatted(list);
    assertThat(matches(document, "\"$.a[*]\" = 1 AND \"$.b[*]\" = 1 AND \"$.c[*]\" = 2")).isFalse();
    assertThat(matches("[".repeat(100_000) + "]".repeat(100_000), "\"$[0]\" = 1")).isFalse();
  }

  @Test
  void arraysOfKeysAndValuesBecomeObjects() {
    assertThat(
            text(
                "json_key_value_array_to_map",
                "[{\"key\":\"a\",\"value\":\"x\\\"y\"},{\"value\":1},{\"key\":\"b\"},"
                    + "{\"key\":\"c\",\"value\":{\"d\":[1]}},{\"key\":\"a\",\"value\":2.50},7]"))
        .isEqualTo("{\"a\":2.50,\"b\":null,\"c\":{\"d\":[1]}}");
    assertThat(text("json_key_value_array_to_map", "[]")).isEqualTo("{}");
    assertThatThrownBy(() -> text("json_key_value_array_to_map", "[{"))
        .hasMessageContaining("not JSON");
  }
}
