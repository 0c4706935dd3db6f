package io.gamay.ingest.decode;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.schema.DataType;

/** Puts the whole record into one column: BYTES as it is, STRING and JSON if it is UTF-8. */
public final class RawRecordDecoder implements RecordDecoder {

  private final int column;

  /**
   * @param column the position of a single-value column of type STRING, JSON or BYTES
   */
  public RawRecordDecoder(int column) {
    this.column = column;
  }

  @Override
  public DecodeOutcome decode(byte[] source, int from, int to, FieldWriter[] columns) {
    FieldWriter target = columns[column];
    boolean isBytes = target.column().spec().type() == DataType.BYTES;
    if (!isBytes) {
      int invalid = Utf8.firstInvalid(source, from, to);
      if (invalid < to) {
        return new DecodeFailure(
            RejectionReason.MALFORMED,
            "at byte %d: not UTF-8: byte 0x%02x".formatted(invalid - from, source[invalid] & 0xff));
      }
    }
    FieldWriter.Written written =
        isBytes ? target.writeBytes(source, from, to) : target.writeString(source, from, to);
    return switch (written) {
      case VALUE, MISSING -> DecodeOutcome.DECODED;
      case WRONG_TYPE, TOO_LONG ->
          new DecodeFailure(
              RejectionReason.TOO_LONG,
              "column %s: the record is longer than %d characters"
                  .formatted(
                      target.column().spec().name(), target.column().spec().maxLength().orElse(0)));
    };
  }

  @Override
  public void release() {}
}
