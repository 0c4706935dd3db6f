package io.gamay.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AvroRecordDecoderTest {

  private static final Schema RIDE =
      new Schema.Parser()
          .parse(
              """
      {"type": "record", "name": "Ride", "fields": [
        {"name": "id", "type": "long"},
        {"name": "skipped", "type": ["null", {"type": "map", "values": {"type": "array", "items": "string"}}]},
        {"name": "rider", "type": ["null", {"type": "record", "name": "Rider", "fields": [
          {"name": "name", "type": "string"},
          {"name": "attributes", "type": {"type": "map", "values": "string"}}]}]},
        {"name": "stops", "type": {"type": "array", "items": ["null", "int"]}},
        {"name": "state", "type": {"type": "enum", "name": "State", "symbols": ["NEW", "DONE"]}}]}
      """);

  private static final List<ColumnSpec> COLUMNS =
      List.of(
          ColumnSpec.dimension("state", DataType.STRING),
          ColumnSpec.dimension("id", DataType.LONG),
          ColumnSpec.dimension("rider", DataType.JSON),
          ColumnSpec.dimension("rider.name", DataType.STRING),
          ColumnSpec.dimension("rider.attributes.tier", DataType.INT),
          ColumnSpec.dimension("stops", DataType.INT).asMultiValue(),
          ColumnSpec.dimension("absent", DataType.INT));

  @Test
  void fieldsGoToTheColumnsOfTheirNames() {
    assertThat(decoded(AvroTexts.encode(RIDE, ride(true), false)))
        .containsExactly(
            "DONE",
            "7",
            "{\"name\":\"A\\\"da\",\"attributes\":{\"tier\":\"3\"}}",
            "A\"da",
            "3",
            "[4, -5]",
            "missing");
  }

  @Test
  void nullInAUnionIsAMissingValue() {
    assertThat(decoded(AvroTexts.encode(RIDE, ride(false), false)))
        .containsExactly("DONE", "7", "missing", "missing", "missing", "[4, -5]", "missing");
  }

  @Test
  void headerOfTheSingleObjectEncodingIsPassedOver() throws IOException {
    var buffer =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), RIDE).encode(ride(true));
    byte[] message = new byte[buffer.remaining()];
    buffer.get(message);
    assertThat(decoded(message)).startsWith("DONE", "7");
    message[5]++; // another schema's fingerprint
    assertThat(decode(message)).isInstanceOf(DecodeFailure.class);
  }

  @Test
  void recordCutAnywhereIsTruncated() {
    byte[] whole = AvroTexts.encode(RIDE, ride(true), false);
    for (int length = 1; length < whole.length; length++) {
      assertThat(reasonOf(Arrays.copyOf(whole, length))).isEqualTo(RejectionReason.TRUNCATED);
    }
    assertThat(reasonOf(new byte[0])).isEqualTo(RejectionReason.EMPTY);
    assertThat(reasonOf(Arrays.copyOf(whole, whole.length + 1)))
        .isEqualTo(RejectionReason.MALFORMED);
  }

  @ParameterizedTest
  @CsvSource({
    "0e0006, MALFORMED", // a branch that the union lacks
    "0e0001, MALFORMED", // a negative one
    "0effffffffffffffffff7f, MALFORMED", // a number beyond a long
    "0e02feffffffffffffffff01, MALFORMED", // items that the record cannot hold
    "0e02ffffffffffffffffff01, MALFORMED", // as many, negated
    "0e0202feffffffffffffffff01, TRUNCATED", // a key longer than the record
    "0e020201, MALFORMED", // a key of negative length
    "0e000202ff, MALFORMED", // a name that is not UTF-8
  })
  void hostileLengthsAndCountsAreFailures(String hex, RejectionReason reason) {
    assertThat(reasonOf(HexFormat.of().parseHex(hex))).isEqualTo(reason);
  }

  @Test
  void recordThatHoldsItselfTooDeeplyIsAFailure() {
    Schema list =
        new Schema.Parser()
            .parse(
                """
        {"type": "record", "name": "Node", "fields": [
          {"name": "value", "type": "int"}, {"name": "next", "type": ["null", "Node"]}]}
        """);
    byte[] deep = new byte[200_000];
    Arrays.fill(deep, (byte) 2);
    for (DataType type : List.of(DataType.JSON, DataType.INT)) {
      List<ColumnSpec> columns = List.of(ColumnSpec.dimension("next", type));
      assertThat(
              new AvroRecordDecoder(list, DecodedRow.names(columns))
                  .decode(deep, 0, deep.length, new DecodedRow(columns).writers()))
          .isInstanceOfSatisfying(
              DecodeFailure.class, failure -> assertThat(failure.detail()).contains("deeper"));
    }
  }

  @Test
  void itemsWithoutBytesAreCountedToo() {
    Schema nulls =
        new Schema.Parser()
            .parse(
                """
        {"type": "record", "name": "R", "fields": [
          {"name": "nulls", "type": {"type": "array", "items": "null"}}]}
        """);
    List<ColumnSpec> columns = List.of(ColumnSpec.dimension("nulls", DataType.JSON));
    byte[] manyNulls = HexFormat.of().parseHex("feffffffffffff0100");
    assertThat(
            new AvroRecordDecoder(nulls, DecodedRow.names(columns))
                .decode(manyNulls, 0, manyNulls.length, new DecodedRow(columns).writers()))
        .isInstanceOf(DecodeFailure.class);
  }

  @Test
  void valueThatDoesNotConvertNamesItsColumn() {
    List<ColumnSpec> columns = List.of(ColumnSpec.dimension("rider.name", DataType.LONG));
    assertThat(
            PlacedRecord.alone(AvroTexts.encode(RIDE, ride(true), false))
                .decode(
                    new AvroRecordDecoder(RIDE, DecodedRow.names(columns)),
                    new DecodedRow(columns).writers()))
        .isInstanceOfSatisfying(
            DecodeFailure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(RejectionReason.WRONG_TYPE);
              assertThat(failure.detail())
                  .contains("rider.name")
                  .contains("string")
                  .contains("LONG");
            });
  }

  @Test
  void schemaOfSomethingElseThanARecordIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AvroRecordDecoder(Schema.create(Schema.Type.STRING), List.of("a")))
        .withMessageContaining("string");
  }

  private static GenericRecord ride(boolean hasRider) {
    GenericRecord ride = new GenericData.Record(RIDE);
    ride.put("id", 7L);
    ride.put("skipped", Map.of("k", List.of("x", "y")));
    if (hasRider) {
      Schema riderSchema = RIDE.getField("rider").schema().getTypes().get(1);
      GenericRecord rider = new GenericData.Record(riderSchema);
      rider.put("name", "A\"da");
      rider.put("attributes", Map.of("tier", "3"));
      ride.put("rider", rider);
    }
    ride.put("stops", Arrays.asList(4, null, -5));
    ride.put("state", new GenericData.EnumSymbol(RIDE.getField("state").schema(), "DONE"));
    return ride;
  }

  private static List<String> decoded(byte[] record) {
    DecodedRow row = new DecodedRow(COLUMNS);
    assertThat(
            new AvroRecordDecoder(RIDE, DecodedRow.names(COLUMNS))
                .decode(record, 0, record.length, row.writers()))
        .isEqualTo(DecodeOutcome.DECODED);
    return row.shown();
  }

  private static DecodeOutcome decode(byte[] record) {
    return new AvroRecordDecoder(RIDE, DecodedRow.names(COLUMNS))
        .decode(record, 0, record.length, new DecodedRow(COLUMNS).writers());
  }

  private static RejectionReason reasonOf(byte[] record) {
    DecodeOutcome outcome = decode(record);
    assertThat(outcome).isInstanceOf(DecodeFailure.class);
    return ((DecodeFailure) outcome).reason();
  }
}
