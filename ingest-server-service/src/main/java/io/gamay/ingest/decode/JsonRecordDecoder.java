package io.gamay.ingest.decode;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.segment.ledger.RejectionReason;
import java.util.List;

/**
 * Decodes a JSON object per record, its fields by name; a name with dots also names a member of
 * nested objects. Every byte of the record is checked, also of fields that nobody asked for. Of a
 * field that occurs twice the last one counts; a field of the column's very name counts before a
 * nested one. A list in a single-value column counts if it has one element; a single value in a
 * multi-value column is a list of one; nulls in lists are left out.
 *
 * <p>Records that are laid out as earlier ones were take a short way, {@link JsonLayoutDecoder};
 * what that is not sure of is decoded from its beginning, with the same result.
 */
public final class JsonRecordDecoder implements RecordDecoder {

  private final JsonMemberDecoder members;
  private final JsonLayoutDecoder laidOut;

  /**
   * @param fieldNames the fields wanted, in the order of the columns; an empty name is no field's
   */
  public JsonRecordDecoder(List<String> fieldNames) {
    this.members = new JsonMemberDecoder(fieldNames);
    this.laidOut = new JsonLayoutDecoder(fieldNames);
  }

  @Override
  public DecodeOutcome decode(byte[] source, int from, int to, FieldWriter[] columns) {
    if (from == to) {
      return new DecodeFailure(RejectionReason.EMPTY, "the record has no bytes");
    }
    if (laidOut.decode(source, from, to, columns)) {
      return DecodeOutcome.DECODED;
    }
    return decodeFromBeginning(source, from, to, columns);
  }

  @Override
  public void release() {
    members.release();
    laidOut.release();
  }

  /** The way that any record can take. */
  DecodeOutcome decodeFromBeginning(byte[] source, int from, int to, FieldWriter[] columns) {
    members.start(source, from, to, columns, columns.length == 0 ? 0 : rowsBefore(columns));
    JsonScanner scanner = members.scanner();
    try {
      if (scanner.peek() != '{') {
        throw scanner.unexpected("an object");
      }
      DecodeOutcome outcome = members.decodeRecord();
      scanner.requireEnd();
      return outcome;
    } catch (JsonSyntaxException syntax) {
      RejectionReason reason =
          syntax.isTruncated() ? RejectionReason.TRUNCATED : RejectionReason.MALFORMED;
      return new DecodeFailure(reason, String.valueOf(syntax.getMessage()));
    }
  }

  /**
   * How often records did not go the short way so far.
   *
   * @param records decoded from their beginning
   * @param fields whose name was not the expected one
   * @param values that were not of the form their column expects
   */
  public record Detours(long records, long fields, long values) {}

  @Override
  public long detouredRecords() {
    return laidOut.detouredRecords();
  }

  public Detours detours() {
    return laidOut.detours();
  }

  private static int rowsBefore(FieldWriter[] columns) {
    return columns[0].column().rowCount();
  }
}
