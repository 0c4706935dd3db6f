package io.gamay.controller.deletion;

import io.gamay.cluster.segment.SegmentName;
import java.time.Instant;
import java.util.Optional;

/**
 * That a segment, or a whole table, was deleted and its objects are kept until some time.
 *
 * @param segment empty: the table
 */
record DeletionRecord(Instant until, String tableId, Optional<SegmentName> segment) {

  static final String ROOT = "deleted/";

  private static final String TABLE = "table";

  /** {@code deleted/<epoch millis>/<tableId>/<segment>}, sorted as times are. */
  String key() {
    return "%s%013d/%s/%s"
        .formatted(
            ROOT, until.toEpochMilli(), tableId, segment.map(SegmentName::toString).orElse(TABLE));
  }

  /** Whether both are of one segment or table, and this one ends later. */
  boolean isLaterThan(DeletionRecord other) {
    return tableId.equals(other.tableId)
        && segment.equals(other.segment)
        && until.isAfter(other.until);
  }

  /** What the keys of its objects start with. */
  String objects() {
    return tableId + "/" + segment.map(name -> name + "/").orElse("");
  }

  /** Empty if the key is not that of a record. */
  static Optional<DeletionRecord> parse(String key) {
    String[] parts = key.split("/", -1);
    if (parts.length != 4 || !key.startsWith(ROOT)) {
      return Optional.empty();
    }
    try {
      Instant until = Instant.ofEpochMilli(Long.parseLong(parts[1]));
      Optional<SegmentName> segment =
          parts[3].equals(TABLE) ? Optional.empty() : Optional.of(SegmentName.parse(parts[3]));
      return Optional.of(new DeletionRecord(until, parts[2], segment))
          .filter(record -> record.key().equals(key));
    } catch (IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }
}
