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

class RawRecordDecoderTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "STRING|{\"a\": 1}|{\"a\": 1}",
        "STRING|``|``",
        "JSON|{\"a\": 1}|{\"a\": 1}",
        "JSON|plain \"text\"|\"plain \\\"text\\\"\"",
        "BYTES|\u00e9|c3a9",
      })
  void recordIsTheColumnsValue(DataType type, String record, String expected) {
    DecodedRow row = row(type);
    assertThat(
            PlacedRecord.alone(record.getBytes(UTF_8))
                .decode(new RawRecordDecoder(1), row.writers()))
        .isEqualTo(DecodeOutcome.DECODED);
    assertThat(row.shown()).containsExactly("missing", expected);
  }

  @Test
  void bytesThatAreNotUtf8AreNoText() {
    byte[] record = {'a', (byte) 0xff};
    assertThat(
            new RawRecordDecoder(1)
                .decode(record, 0, record.length, row(DataType.STRING).writers()))
        .isEqualTo(new DecodeFailure(RejectionReason.MALFORMED, "at byte 1: not UTF-8: byte 0xff"));
    DecodedRow row = row(DataType.BYTES);
    assertThat(new RawRecordDecoder(1).decode(record, 0, record.length, row.writers()))
        .isEqualTo(DecodeOutcome.DECODED);
    assertThat(row.shown()).containsExactly("missing", "61ff");
  }

  private static DecodedRow row(DataType type) {
    return new DecodedRow(
        List.of(ColumnSpec.dimension("other", DataType.INT), ColumnSpec.dimension("all", type)));
  }
}
