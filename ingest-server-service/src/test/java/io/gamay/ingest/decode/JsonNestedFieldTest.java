package io.gamay.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonNestedFieldTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"p\":{\"user\":{\"id\":5}}}|5",
        "{\"p\":{\"x\":[{}],\"user\":{\"a\":null,\"id\":\"7\",\"z\":1}},\"y\":{}}|7",
        "{ \"p\" : { \"user\" : { \"id\" : 5 } } }|5",
        "{\"p.user.id\":1,\"p\":{\"user\":{\"id\":5}}}|1",
        "{\"p\":{\"user\":{\"id\":5}},\"p.user.id\":1}|1",
        "{\"p\":{\"user\":{\"id\":5}},\"p.user.id\":null}|missing",
        "{\"p.user.id\":null,\"p\":{\"user\":{\"id\":5}}}|missing",
        "{\"p.user\":{\"id\":6}}|6",
        "{\"p\":{\"user.id\":8}}|8",
        "{\"p\":{\"user\":{\"id\":5}},\"p\":{\"user\":{}}}|missing",
        "{\"p\":{\"user\":{\"id\":5},\"user\":9}}|missing",
        "{\"p\":{\"user\":{\"id\":5},\"user\":{\"id\":6}}}|6",
        "{\"p\":{\"user\":{\"id\":5}},\"p\":null}|missing",
        "{\"p\":[{\"user\":{\"id\":5}}]}|missing",
        "{\"p\":{\"user\":[{\"id\":5}]}}|missing",
        "{\"p\":{\"user\":\"id\"}}|missing",
        "{\"p\":{\"\\u0075ser\":{\"id\":5}}}|5",
        "{\"user\":{\"id\":5}}|missing",
        "{}|missing",
      })
  void columnWithDotsReadsTheFieldOfItsNameElseTheNestedOne(String record, String expected) {
    assertThat(decode(record, ColumnSpec.dimension("p.user.id", DataType.LONG)))
        .containsExactly(expected);
  }

  @Test
  void objectIsAColumnAndTheWayToOthersAtOnce() {
    assertThat(
            decode(
                "{\"p\": {\"a\": 1, \"tags\": [\"x\", \"y\"], \"b\": {\"c\": 2.5}}, \"q\": 3}",
                ColumnSpec.dimension("p", DataType.JSON),
                ColumnSpec.dimension("p.a", DataType.INT),
                ColumnSpec.dimension("p.tags", DataType.STRING).asMultiValue(),
                ColumnSpec.dimension("p.b", DataType.STRING),
                ColumnSpec.dimension("p.b.c", DataType.DOUBLE),
                ColumnSpec.dimension("q", DataType.INT)))
        .containsExactly(
            "{\"a\":1,\"tags\":[\"x\",\"y\"],\"b\":{\"c\":2.5}}",
            "1",
            "[x, y]",
            "{\"c\":2.5}",
            "2.5",
            "3");
  }

  @Test
  void nestedValueThatDoesNotConvertNamesItsColumn() {
    DecodeOutcome outcome =
        outcome("{\"p\":{\"a\":\"x\"}}", ColumnSpec.dimension("p.a", DataType.INT));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            DecodeFailure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(RejectionReason.WRONG_TYPE);
              assertThat(failure.detail()).contains("field p.a").contains("\"x\"");
            });
  }

  @Test
  void nestedPartOfARecordIsCheckedToo() {
    for (String record : List.of("{\"p\":{\"a\":1,}}", "{\"p\":{\"b\":01,\"a\":1}}")) {
      assertThat(outcome(record, ColumnSpec.dimension("p.a", DataType.INT)))
          .isInstanceOfSatisfying(
              DecodeFailure.class,
              failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.MALFORMED));
    }
  }

  @Test
  void nestingHasTheSameLimitWhetherOrNotItIsWanted() {
    for (String name : List.of("p", "other")) {
      assertThat(
              outcome(nested(JsonScanner.MAX_DEPTH - 1), ColumnSpec.dimension(name, DataType.JSON)))
          .isEqualTo(DecodeOutcome.DECODED);
      assertThat(outcome(nested(JsonScanner.MAX_DEPTH), ColumnSpec.dimension(name, DataType.JSON)))
          .isInstanceOf(DecodeFailure.class);
      ColumnSpec list = ColumnSpec.dimension(name, DataType.STRING).asMultiValue();
      assertThat(outcome(nested(JsonScanner.MAX_DEPTH - 1), list)).isEqualTo(DecodeOutcome.DECODED);
      assertThat(outcome(nested(JsonScanner.MAX_DEPTH), list)).isInstanceOf(DecodeFailure.class);
    }
  }

  private static String nested(int lists) {
    return "{\"p\":" + "[".repeat(lists) + "]".repeat(lists) + "}";
  }

  private static DecodeOutcome outcome(String record, ColumnSpec... specs) {
    List<ColumnSpec> columns = List.of(specs);
    return PlacedRecord.alone(record.getBytes(UTF_8))
        .decode(
            new JsonRecordDecoder(DecodedRow.names(columns)), new DecodedRow(columns).writers());
  }

  /** Both ways, which must agree. */
  private static List<String> decode(String record, ColumnSpec... specs) {
    List<ColumnSpec> columns = List.of(specs);
    JsonRecordDecoder decoder = new JsonRecordDecoder(DecodedRow.names(columns));
    DecodedRow row = new DecodedRow(columns);
    DecodedRow longWay = new DecodedRow(columns);
    byte[] text = record.getBytes(UTF_8);
    assertThat(PlacedRecord.alone(text).decode(decoder, row.writers()))
        .isEqualTo(DecodeOutcome.DECODED);
    assertThat(decoder.decodeFromBeginning(text, 0, text.length, longWay.writers()))
        .isEqualTo(DecodeOutcome.DECODED);
    assertThat(row.shown()).isEqualTo(longWay.shown());
    return row.shown();
  }
}
