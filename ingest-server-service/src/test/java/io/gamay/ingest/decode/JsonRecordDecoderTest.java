package io.gamay.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DefaultValues;
import io.gamay.segment.schema.TooLongPolicy;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRecordDecoderTest {

  private static final String MISSING = "missing";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INT|5|5",
        "INT|-2147483648|-2147483648",
        "INT|5.0|5",
        "INT|1e3|1000",
        "INT|\"42\"|42",
        "INT|true|1",
        "INT|null|missing",
        "INT|[7]|7",
        "INT|[]|missing",
        "LONG|9223372036854775807|9223372036854775807",
        "LONG|-9223372036854775808|-9223372036854775808",
        "LONG|\"12\"|12",
        "FLOAT|0.1|0.1",
        "DOUBLE|0.1|0.1",
        "DOUBLE|-0.0|0.0",
        "DOUBLE|123456789012345678|1.2345678901234568E17",
        "DOUBLE|1.7976931348623157e308|1.7976931348623157E308",
        "DOUBLE|\"2.5\"|2.5",
        "DOUBLE|\"NaN\"|missing",
        "DOUBLE|\"-Infinity\"|-Infinity",
        "BOOLEAN|true|1",
        "BOOLEAN|false|0",
        "BOOLEAN|1|1",
        "BOOLEAN|\"TRUE\"|1",
        "TIMESTAMP|1700000000000|1700000000000",
        "TIMESTAMP|\"2023-11-14T22:13:20Z\"|1700000000000",
        "TIMESTAMP|\"2023-11-14 22:13:20.5\"|1700000000500",
        "TIMESTAMP|\"2023-11-15T00:13:20+02:00\"|1700000000000",
        "TIMESTAMP|\"2023-11-14\"|1699920000000",
        "STRING|12.50|12.50",
        "STRING|true|true",
        "STRING|{ \"a\" : [ 1, \"x y\" ] }|{\"a\":[1,\"x y\"]}",
        "JSON|[1, 2]|[1,2]",
        "JSON|\"{\\\"a\\\":1}\"|{\"a\":1}",
        "JSON|\"plain text\"|\"plain text\"",
        "BYTES|\"0aFF\"|0aff",
        "BIG_DECIMAL|12345678901234567890.10|12345678901234567890.1",
        "BIG_DECIMAL|\"1e3\"|1000",
      })
  void valueIsConvertedWhereNothingIsLost(String type, String json, String expected) {
    assertThat(decodeOne(ColumnSpec.dimension("c", DataType.valueOf(type)), json))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "INT|2147483648",
        "INT|5.5",
        "INT|\"five\"",
        "INT|\"\"",
        "INT|{}",
        "INT|[1,2]",
        "LONG|9223372036854775808",
        "LONG|1e999999999",
        "LONG|1e99999999999",
        "INT|1e-99999999999",
        "TIMESTAMP|1e2147483648",
        "BOOLEAN|-1E+99999999999",
        "BIG_DECIMAL|1e99999999999",
        "BIG_DECIMAL|1.5e-2147483648",
        "DOUBLE|1e99999999999",
        "DOUBLE|\"1e99999999999\"",
        "TIMESTAMP|\"2023-02-29\"",
        "TIMESTAMP|\"2023-02-31T10:00:00Z\"",
        "TIMESTAMP|\"2023-04-31 10:00:00\"",
        "FLOAT|1e39",
        "DOUBLE|1e309",
        "BOOLEAN|2",
        "BOOLEAN|\"yes\"",
        "TIMESTAMP|\"yesterday\"",
        "TIMESTAMP|true",
        "TIMESTAMP|1.5",
        "STRING|[\"a\",\"b\"]",
        "BYTES|\"0a1\"",
        "BYTES|\"zz\"",
        "BYTES|12",
        "BIG_DECIMAL|1e20000",
        "BIG_DECIMAL|\"NaN\"",
      })
  void valueThatDoesNotConvertIsRejectedByName(String type, String json) {
    DecodeOutcome outcome =
        decode(
            new Fixture(ColumnSpec.dimension("c", DataType.valueOf(type))), "{\"c\":" + json + "}");
    assertThat(outcome)
        .isInstanceOfSatisfying(
            DecodeFailure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(RejectionReason.WRONG_TYPE);
              assertThat(failure.detail()).contains("field c").contains("not a " + type);
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"LONG", "BIG_DECIMAL"})
  void numberOfAMillionDigitsIsRefusedWithoutReadingIt(String type) {
    Fixture fixture = new Fixture(ColumnSpec.dimension("c", DataType.valueOf(type)));
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThat(decode(fixture, "{\"c\":" + "9".repeat(1_000_000) + "}"))
                .isInstanceOf(DecodeFailure.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1]",
        "5",
        "{\"c\":1}x",
        "{\"c\":01}",
        "{\"c\":+1}",
        "{\"c\":.5}",
        "{\"c\":1,}",
        "{c:1}",
        "{\"c\":'a'}",
        "{\"c\":NaN}",
        "{\"c\" 1}",
        "{\"c\":\"\\x\"}",
        "{\"c\":\"\\ud800\"}",
        "{\"c\":\"a\nb\"}",
        "{\"other\":[1,}",
        "{\"other\":nul1}",
      })
  void textThatIsNotJsonIsMalformed(String record) {
    assertThat(reasonOf(record)).isEqualTo(RejectionReason.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"c\"",
        "{\"c\":",
        "{\"c\":1",
        "{\"c\":\"abc",
        "{\"c\":\"abc\\",
        "{\"c\":\"abc\\u00",
        "{\"c\":tr",
        "{\"c\":1,",
        "{\"c\":[1",
        "{\"other\":{\"x\":1}",
        " ",
      })
  void recordThatEndsEarlyIsTruncated(String record) {
    assertThat(reasonOf(record)).isEqualTo(RejectionReason.TRUNCATED);
  }

  @Test
  void everyPrefixOfARecordIsTruncatedAndNothingElse() {
    String record = "{\"c\":12,\"s\":\"x\\u00e9y\",\"l\":[true,null,{\"a\":-1.5e3}]}";
    for (int length = 1; length < record.length(); length++) {
      assertThat(reasonOf(record.substring(0, length)))
          .as(record.substring(0, length))
          .isEqualTo(RejectionReason.TRUNCATED);
    }
  }

  @Test
  void escapesBecomeTheCharactersThatTheyStandFor() {
    assertThat(
            decodeOne(
                ColumnSpec.dimension("c", DataType.STRING), "\"a\\u00e9\\n\\\"\\/\\ud83d\\ude00\""))
        .isEqualTo("a\u00e9\n\"/\ud83d\ude00");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "}",
        ",\"d\":2}",
        "\"c\":1}",
        "{,\"d\":2}",
        "{\"c\":1,}",
        "{\"x\":178{\"c\":1,\"d\":2}"
      })
  void endOfARecordLikeTheOneBeforeIsNoRecord(String record) {
    Fixture fixture =
        new Fixture(
            ColumnSpec.dimension("c", DataType.INT), ColumnSpec.dimension("d", DataType.INT));
    assertThat(decode(fixture, "{\"c\":1,\"d\":2}")).isEqualTo(DecodeOutcome.DECODED);
    assertThat(decode(fixture, record))
        .isInstanceOfSatisfying(
            DecodeFailure.class,
            failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.MALFORMED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ \"d\" : 2, \"c\" : \"many\" }",
        "{ \"d\" : 2, \"c\" : 1",
        "{ \"d\" : 2, \"c\" : }",
        "nonsense"
      })
  void anotherLayoutIsLearntWhateverItsFirstRecordsAre(String noRow) {
    for (int noRows = 0; noRows <= 20; noRows++) {
      Fixture fixture =
          new Fixture(
              ColumnSpec.dimension("c", DataType.INT), ColumnSpec.dimension("d", DataType.INT));
      decodeTimes(fixture, "{\"c\":1,\"d\":2}", 100);
      assertThat(fixture.decoder.detours()).isEqualTo(new JsonRecordDecoder.Detours(0, 0, 0));
      for (int record = 0; record < noRows; record++) {
        assertThat(decode(fixture, noRow)).isInstanceOf(DecodeFailure.class);
        fixture.clear();
      }
      decodeTimes(fixture, "{ \"d\" : 2, \"c\" : 1 }", 9);
      JsonRecordDecoder.Detours before = fixture.decoder.detours();
      decodeTimes(fixture, "{ \"d\" : 2, \"c\" : 1 }", 100);
      assertThat(fixture.decoder.detours()).as("after %d", noRows).isEqualTo(before);
    }
  }

  @Test
  void layoutIsNotLearntFromARecordThatIsNoJson() {
    Fixture fixture =
        new Fixture(
            ColumnSpec.dimension("c", DataType.INT), ColumnSpec.dimension("d", DataType.INT));
    decodeTimes(fixture, "{\"c\":1,\"d\":2}", 1);
    decodeTimes(fixture, "{\"d\":2,\"c\":1}", 8); // the next one is to be learnt from
    for (int record = 0; record < 3; record++) {
      assertThat(decode(fixture, "{\"d\":2,")).isInstanceOf(DecodeFailure.class);
      fixture.clear();
    }
    JsonRecordDecoder.Detours before = fixture.decoder.detours();
    decodeTimes(fixture, "{\"d\":2,\"c\":1}", 100);
    assertThat(fixture.decoder.detours()).isEqualTo(before);
  }

  private static void decodeTimes(Fixture fixture, String record, int times) {
    for (int time = 0; time < times; time++) {
      assertThat(decode(fixture, record)).isEqualTo(DecodeOutcome.DECODED);
      fixture.clear();
    }
  }

  @Test
  void recordWithoutBytesIsEmpty() {
    assertThat(reasonOf("")).isEqualTo(RejectionReason.EMPTY);
  }

  @Test
  void bytesThatAreNotUtf8AreMalformed() {
    byte[] record = "{\"c\":\"a?b\"}".getBytes(UTF_8);
    record[7] = (byte) 0xff;
    Fixture fixture = new Fixture(ColumnSpec.dimension("c", DataType.STRING));
    assertThat(fixture.decoder.decode(record, 0, record.length, fixture.writers))
        .isInstanceOfSatisfying(
            DecodeFailure.class,
            failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.MALFORMED));
  }

  @Test
  void nestingBeyondTheLimitIsMalformedNotAStackOverflow() {
    String deep = "{\"other\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";
    assertThat(reasonOf(deep)).isEqualTo(RejectionReason.MALFORMED);
  }

  @Test
  void lastOfDuplicateFieldsCounts() {
    Fixture fixture = new Fixture(ColumnSpec.dimension("c", DataType.INT));
    assertThat(decode(fixture, "{\"c\":1,\"x\":0,\"c\":2}")).isEqualTo(DecodeOutcome.DECODED);
    assertThat(fixture.only().rowCount()).isEqualTo(1);
    assertThat(fixture.only().valueAt(0)).isEqualTo(new Value.IntValue(2));
  }

  @Test
  void fieldNamesAreMatchedWithEscapesAndInAnyOrder() {
    Fixture fixture =
        new Fixture(
            ColumnSpec.dimension("a\u00e9", DataType.INT), ColumnSpec.dimension("b", DataType.INT));
    decode(fixture, "{\"b\":1,\"a\\u00e9\":2}");
    assertThat(fixture.writers[0].column().valueAt(0)).isEqualTo(new Value.IntValue(2));
    assertThat(fixture.writers[1].column().valueAt(0)).isEqualTo(new Value.IntValue(1));
  }

  @Test
  void multiValueTakesListsSingleValuesAndSkipsNulls() {
    assertThat(decodeMulti("[1,null,\"2\"]")).isEqualTo("[1, 2]");
    assertThat(decodeMulti("3")).isEqualTo("[3]");
    assertThat(decodeMulti("[]")).isEqualTo(MISSING);
    assertThat(decodeMulti("[null]")).isEqualTo(MISSING);
    assertThat(decodeMulti("null")).isEqualTo(MISSING);
  }

  @Test
  void tooLongTextFollowsItsPolicy() {
    assertThat(decodeOne(limited(TooLongPolicy.TRIM), "\"\u00e9\u00e9\u00e9\u00e9\""))
        .isEqualTo("\u00e9\u00e9\u00e9");
    assertThat(decodeOne(limited(TooLongPolicy.KEEP), "\"abcd\"")).isEqualTo("abcd");
    assertThat(decodeOne(limited(TooLongPolicy.USE_DEFAULT), "\"abcd\"")).isEqualTo("null");
    assertThat(decodeOne(limited(TooLongPolicy.REJECT), "\"abc\"")).isEqualTo("abc");
    assertThat(decode(new Fixture(limited(TooLongPolicy.REJECT)), "{\"c\":\"abcd\"}"))
        .isInstanceOfSatisfying(
            DecodeFailure.class,
            failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.TOO_LONG));
  }

  @Test
  void nothingIsTrimmedWithoutALimit() {
    String long10Megabytes = "x".repeat(10 << 20);
    assertThat(decodeOne(ColumnSpec.dimension("c", DataType.STRING), "\"" + long10Megabytes + "\""))
        .isEqualTo(long10Megabytes);
  }

  private static ColumnSpec limited(TooLongPolicy policy) {
    return new ColumnSpec(
        "c",
        DataType.STRING,
        true,
        ColumnRole.DIMENSION,
        DefaultValues.of(DataType.STRING, ColumnRole.DIMENSION),
        false,
        OptionalInt.of(3),
        policy,
        Optional.empty());
  }

  private static String decodeMulti(String json) {
    return decodeOne(ColumnSpec.dimension("c", DataType.INT).asMultiValue(), json);
  }

  private static RejectionReason reasonOf(String record) {
    DecodeOutcome outcome = decode(new Fixture(ColumnSpec.dimension("c", DataType.STRING)), record);
    assertThat(outcome).as(record).isInstanceOf(DecodeFailure.class);
    return ((DecodeFailure) outcome).reason();
  }

  private static String decodeOne(ColumnSpec spec, String json) {
    Fixture fixture = new Fixture(spec);
    DecodeOutcome outcome = decode(fixture, "{\"c\":" + json + "}");
    assertThat(outcome).as(json).isEqualTo(DecodeOutcome.DECODED);
    ColumnBuffer column = fixture.only();
    if (column.rowCount() == 0) {
      return MISSING;
    }
    List<String> values = new ArrayList<>();
    for (int value = column.firstValue(0); value < column.endValue(0); value++) {
      values.add(shown(column.valueAt(value)));
    }
    return spec.singleValue() ? values.getFirst() : values.toString();
  }

  private static String shown(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> Integer.toString(v);
      case Value.LongValue(long v) -> Long.toString(v);
      case Value.FloatValue(float v) -> Float.toString(v);
      case Value.DoubleValue(double v) -> Double.toString(v);
      case Value.StringValue(String v) -> v;
      case Value.BytesValue bytes -> bytes.toString();
      case Value.BigDecimalValue(BigDecimal v) -> v.toPlainString();
    };
  }

  private static DecodeOutcome decode(Fixture fixture, String record) {
    return PlacedRecord.alone(record.getBytes(UTF_8)).decode(fixture.decoder, fixture.writers);
  }

  private static final class Fixture {
    final FieldWriter[] writers;
    final JsonRecordDecoder decoder;

    Fixture(ColumnSpec... specs) {
      List<String> names = new ArrayList<>();
      writers = new FieldWriter[specs.length];
      for (int i = 0; i < specs.length; i++) {
        names.add(specs[i].name());
        writers[i] = new FieldWriter(new ColumnBuffer(specs[i]));
      }
      decoder = new JsonRecordDecoder(names);
    }

    void clear() {
      for (FieldWriter writer : writers) {
        writer.column().clear();
      }
    }

    ColumnBuffer only() {
      return writers[0].column();
    }
  }
}
