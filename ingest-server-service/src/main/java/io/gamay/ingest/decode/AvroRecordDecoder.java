package io.gamay.ingest.decode;

import io.gamay.ingest.decode.DecodeOutcome.DecodeFailure;
import io.gamay.ingest.decode.FieldWriter.Written;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.row.ColumnBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * Decodes records of one Avro schema in the binary encoding, with or without the header of the
 * single-object encoding. Fields by name; a name with dots names a field of nested records, or a
 * key of maps. A field that nobody asked for is moved over. Arrays fill multi-value columns; a
 * record, map or nested array in a STRING or JSON column is JSON text. A moment goes to a TIMESTAMP
 * column as milliseconds, to others as the number that it is stored as. Bytes behind the record are
 * an error: they tell of another schema.
 */
public final class AvroRecordDecoder implements RecordDecoder {

  /** Marker and fingerprint of the single-object encoding. */
  private static final int HEADER_BYTES = 2 + Long.BYTES;

  private static final byte MARKER_0 = (byte) 0xC3;
  private static final byte MARKER_1 = 0x01;

  private final List<String> fieldNames;
  private final AvroInput input = new AvroInput();
  private final AvroValues values = new AvroValues(input);
  private final long fingerprint;
  private final Member[] members;

  private FieldWriter[] columns = new FieldWriter[0];
  private int row;

  /**
   * @param schema a record's
   * @param fieldNames the fields wanted, in the order of the columns; an empty name is no field's
   * @throws IllegalArgumentException if the schema is not a record's
   */
  public AvroRecordDecoder(Schema schema, List<String> fieldNames) {
    AvroType record = AvroType.of(schema);
    if (record.kind != AvroType.Kind.RECORD) {
      throw new IllegalArgumentException(
          "the Avro schema is %s, not a record".formatted(schema.getType().getName()));
    }
    this.fieldNames = List.copyOf(fieldNames);
    this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    this.members = Plan.membersOf(record, FieldTree.of(fieldNames));
  }

  @Override
  public DecodeOutcome decode(byte[] source, int from, int to, FieldWriter[] toColumns) {
    if (from == to) {
      return new DecodeFailure(RejectionReason.EMPTY, "the record has no bytes");
    }
    columns = toColumns;
    row = toColumns.length == 0 ? 0 : toColumns[0].column().rowCount();
    input.start(source, from, to);
    if (hasHeader(source, from, to)) {
      input.moveTo(from + HEADER_BYTES);
    }
    try {
      DecodeOutcome outcome = decodeRecord(members, DecodeOutcome.DECODED);
      if (!input.isAtEnd()) {
        return new DecodeFailure(
            RejectionReason.MALFORMED,
            "at byte %d: %d bytes behind the record: it was written with another schema"
                .formatted(input.bytesBefore(input.position()), to - input.position()));
      }
      return outcome;
    } catch (AvroSyntaxException syntax) {
      RejectionReason reason =
          syntax.isTruncated() ? RejectionReason.TRUNCATED : RejectionReason.MALFORMED;
      return new DecodeFailure(reason, String.valueOf(syntax.getMessage()));
    }
  }

  @Override
  public void release() {
    input.release();
  }

  private boolean hasHeader(byte[] source, int from, int to) {
    return to - from >= HEADER_BYTES
        && source[from] == MARKER_0
        && source[from + 1] == MARKER_1
        && ByteWords.get(source, from + 2) == fingerprint;
  }

  /** Moves over a value that holds columns. */
  private DecodeOutcome decode(Plan wanted, DecodeOutcome before) {
    return switch (wanted) {
      case Plan.OfRecord record -> decodeRecord(record.members(), before);
      case Plan.OfMap map -> decodeMap(map.value(), map.keys(), map.members(), before);
      case Plan.OfUnion union -> decodeUnion(union, before);
      case Plan.OfNothing _ -> throw new IllegalStateException("nothing to decode");
    };
  }

  private DecodeOutcome decodeUnion(Plan.OfUnion union, DecodeOutcome before) {
    int branch = input.readPosition(union.types().length);
    Plan chosen = union.plans().get(branch);
    if (chosen instanceof Plan.OfNothing) {
      values.skip(union.types()[branch]);
      return before;
    }
    return decode(chosen, before);
  }

  private DecodeOutcome decodeRecord(Member[] fields, DecodeOutcome before) {
    DecodeOutcome outcome = before;
    input.enter();
    for (Member member : fields) {
      outcome = decodeMember(member, outcome);
    }
    input.leave();
    return outcome;
  }

  private DecodeOutcome decodeMap(
      AvroType value, FieldTree keys, Member[] entries, DecodeOutcome before) {
    DecodeOutcome outcome = before;
    input.enter();
    for (long count = input.readBlock(); count > 0; count = input.readBlock()) {
      for (long item = 0; item < count; item++) {
        input.readString();
        int member = keys.find(input.source(), input.from(), input.position());
        if (member < 0) {
          values.skip(value);
        } else {
          outcome = decodeMember(entries[member], outcome);
        }
      }
    }
    input.leave();
    return outcome;
  }

  private DecodeOutcome decodeMember(Member member, DecodeOutcome before) {
    boolean isWanted = member.column >= 0 || member.inner != null;
    if (!isWanted || before instanceof DecodeFailure) {
      values.skip(member.type);
      return before;
    }
    int began = input.position();
    if (member.inner != null) {
      forget(member.columnsInside);
      DecodeOutcome outcome = decode(member.inner, before);
      if (member.column < 0 || outcome instanceof DecodeFailure) {
        return outcome;
      }
      input.moveTo(began);
    }
    return decodeColumn(member, began);
  }

  /** A key that comes twice counts as it comes last. */
  private void forget(int[] ofColumns) {
    for (int column : ofColumns) {
      columns[column].column().truncate(row);
    }
  }

  private DecodeOutcome decodeColumn(Member member, int began) {
    FieldWriter column = columns[member.column];
    ColumnBuffer buffer = column.column();
    if (buffer.rowCount() != row) {
      buffer.truncate(row);
    }
    Written written = values.writeRow(member.type, column);
    return switch (written) {
      case VALUE, MISSING -> DecodeOutcome.DECODED;
      case WRONG_TYPE ->
          new DecodeFailure(
              RejectionReason.WRONG_TYPE,
              "field %s: the value of Avro type %s at byte %d is not a %s"
                  .formatted(
                      fieldNames.get(member.column),
                      member.typeName,
                      input.bytesBefore(began),
                      buffer.spec().type()));
      case TOO_LONG ->
          new DecodeFailure(
              RejectionReason.TOO_LONG,
              "field %s: value is longer than %d characters"
                  .formatted(fieldNames.get(member.column), buffer.spec().maxLength().orElse(0)));
    };
  }

  /** A field of a record, or what a map has under one key. */
  private static final class Member {
    final AvroType type;
    final String typeName;

    /** Whose value it is, or -1. */
    final int column;

    /** Where other columns' values are inside of it; null: nowhere. */
    final @Nullable Plan inner;

    final int[] columnsInside;

    /**
     * @param tree where the member may be wanted
     * @param position of the member in the tree, -1: nobody asked for it
     */
    Member(AvroType type, FieldTree tree, int position) {
      this.type = type;
      this.typeName = type.kind.name().toLowerCase(Locale.ROOT);
      this.column = position < 0 ? -1 : tree.column(position);
      FieldTree inside = position < 0 ? null : tree.inner(position);
      Plan planInside = inside == null ? new Plan.OfNothing() : Plan.of(type, inside);
      this.inner = planInside instanceof Plan.OfNothing ? null : planInside;
      this.columnsInside = inside == null ? new int[0] : inside.allColumns();
    }
  }

  /** What to do with a value in which columns' values are. */
  private sealed interface Plan {

    record OfRecord(Member[] members) implements Plan {}

    /**
     * @param members by position in the keys
     */
    record OfMap(AvroType value, FieldTree keys, Member[] members) implements Plan {}

    /**
     * @param plans by branch
     */
    record OfUnion(AvroType[] types, List<Plan> plans) implements Plan {}

    /** The value holds nothing that is wanted. */
    record OfNothing() implements Plan {}

    static Plan of(AvroType type, FieldTree tree) {
      return switch (type.kind) {
        case RECORD -> new OfRecord(membersOf(type, tree));
        case MAP -> {
          Member[] members = new Member[tree.size()];
          for (int position = 0; position < members.length; position++) {
            members[position] = new Member(type.item(), tree, position);
          }
          yield new OfMap(type.item(), tree, members);
        }
        case UNION -> {
          List<Plan> plans = Arrays.stream(type.parts()).map(branch -> of(branch, tree)).toList();
          boolean holdsNothing = plans.stream().allMatch(plan -> plan instanceof OfNothing);
          yield holdsNothing ? new OfNothing() : new OfUnion(type.parts(), plans);
        }
        case NULL, BOOLEAN, INT, LONG, FLOAT, DOUBLE, STRING, ENUM, BYTES, LIST -> new OfNothing();
      };
    }

    static Member[] membersOf(AvroType record, FieldTree tree) {
      Member[] members = new Member[record.parts().length];
      for (int field = 0; field < members.length; field++) {
        byte[] name = record.names()[field];
        members[field] = new Member(record.parts()[field], tree, tree.find(name, 0, name.length));
      }
      return members;
    }
  }
}
