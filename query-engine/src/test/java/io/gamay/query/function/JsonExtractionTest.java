package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.query.error.QueryException;
import io.gamay.query.function.TestCall.Fixed;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonExtractionTest {

  private static final String PERSON =
      """
      {"name": "adam", "age": 20, "member": true, "gone": null, "skills": ["english", "java"],
       "homes": [{"street": "main st", "country": "us", "rooms": [1, 2]},
                 {"street": "second st", "country": "us", "rooms": []},
                 {"street": "third st", "country": "ca", "rooms": [3]}]}
      """;

  private static String list(String path, String type, String fallback, String filter) {
    List<Value> values =
        TestCall.list(
            "json_extract_index",
            PERSON,
            new Fixed(path),
            new Fixed(type),
            new Fixed(fallback),
            new Fixed(filter));
    return values.stream()
        .map(
            value ->
                value instanceof Value.StringValue(String text)
                    ? text
                    : value instanceof Value.IntValue(int number) ? "" + number : "?")
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      textBlock =
          """
          $.homes[*].street ; "$.homes[*].country" = 'us'                    ; main st, second st
          $.homes[*].street ; "$.homes[*].country" = 'ca'                    ; third st
          $.homes[*].street ; "$.homes[*].country" = 'fr'                    ; none
          $.homes[*].street ; "$.homes[0].country" = 'us'                    ; main st, second st, third st
          $.homes[*].street ; "$.name" = 'eve'                               ; none
          $.homes[*].street ; "$.name" = 'adam' AND "$.homes[*].country" = 'ca' ; third st
          $.homes[*].street ; "$.name" = 'adam' OR "$.homes[*].country" = 'ca'  ; main st, second st, third st
          $.homes[*].street ; "$.homes[*].rooms[*]" = 2                      ; main st
          $.homes[*].street ; "$.skills[*]" = 'java'                         ; main st, second st, third st
          $.homes[*].street ; "$.homes[*].cellar" IS NULL                    ; main st, second st, third st
          $.homes[*].street ; "$.homes[*].street" IS NULL                    ; none
          $.homes[*].rooms[*] ; "$.homes[*].country" = 'us'                  ; 1, 2
          $.homes[*].rooms[*] ; "$.homes[*].rooms[*]" > 1                    ; 2, 3
          $.skills          ; "$.age" > 18                                   ; english, java
          $.skills[1]       ; "$.age" > 18                                   ; java
          $.homes           ; "$.age" > 18                                   ; none
          $.gone            ; "$.age" > 18                                   ; none
          """)
  void filterChoosesElements(String path, String filter, String values) {
    assertThat(list(path, "STRING_ARRAY", "[\"none\"]", filter)).isEqualTo(values);
  }

  @Test
  void defaultOfListIsJsonArray() {
    String never = "\"$.name\" = 'eve'";
    assertThat(list("$.age", "INT_ARRAY", "[1, \"2\"]", never)).isEqualTo("1, 2");
    assertThat(list("$.age", "INT_ARRAY", " []", never)).isEmpty();
    for (String fallback : List.of("1", "{\"a\":1}", "[1", "")) {
      assertThatThrownBy(() -> list("$.age", "INT_ARRAY", fallback, never))
          .isInstanceOf(QueryException.class)
          .hasMessageContaining("JSON_EXTRACT_INDEX: default of a list is no JSON array");
    }
  }

  @Test
  void singleValueIsTheFirstThatPasses() {
    for (String filter : List.of("\"$.age\" = 20", "\"$.skills[*]\" = 'java'")) {
      assertThat(value("$.name", "STRING", filter)).isEqualTo(new Value.StringValue("adam"));
      assertThat(value("$.age", "INT", filter)).isEqualTo(new Value.IntValue(20));
      assertThat(value("$.member", "INT", filter)).isEqualTo(new Value.IntValue(1));
    }
    assertThat(value("$.name", "STRING", "\"$.age\" = 21")).isEqualTo(new Value.StringValue("0"));
    assertThat(value("$.homes[*].street", "STRING", "\"$.homes[*].country\" = 'ca'"))
        .isEqualTo(new Value.StringValue("third st"));
  }

  private static Value value(String path, String type, String filter) {
    return TestCall.value(
            "json_extract_index",
            PERSON,
            new Fixed(path),
            new Fixed(type),
            new Fixed(0),
            new Fixed(filter))
        .orElseThrow();
  }

  @Test
  void withoutFilterItIsJsonExtractScalar() {
    for (String path : List.of("$.name", "$.age", "$.homes[1]", "$.gone", "$.nothing")) {
      assertThat(TestCall.value("json_extract_index", PERSON, new Fixed(path), new Fixed("STRING")))
          .isEqualTo(
              TestCall.value("json_extract_scalar", PERSON, new Fixed(path), new Fixed("STRING")));
    }
    assertThatThrownBy(
            () ->
                TestCall.value(
                    "json_extract_index_strict",
                    PERSON,
                    new Fixed("$.nothing"),
                    new Fixed("STRING")))
        .hasMessageContaining("JSON_EXTRACT_INDEX: nothing at $.nothing in");
  }

  @Test
  void whatIsNotJsonFails() {
    assertThatThrownBy(
            () ->
                TestCall.list(
                    "json_extract_index",
                    "{",
                    new Fixed("$.a"),
                    new Fixed("INT_ARRAY"),
                    new Fixed("[]"),
                    new Fixed("\"$.a\" = 1")))
        .hasMessageContaining("not JSON");
  }
}
