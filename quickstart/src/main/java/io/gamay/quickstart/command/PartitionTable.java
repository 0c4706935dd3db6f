package io.gamay.quickstart.command;

import io.gamay.quickstart.console.TextTable;
import io.gamay.quickstart.console.TextTable.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A table's partitions, a line each: segments by state, how far they reach in the stream, and what
 * became of the records. Decided segments are told by the controller's ledger, the others by the
 * servers that consume them; of replicas the one that is furthest counts.
 */
final class PartitionTable {
  private static final String UNKNOWN = "?";

  private final Map<String, JsonNode> consumingBySegment = new HashMap<>();
  private final JsonNode sizes;

  private PartitionTable(JsonNode consuming, JsonNode size) {
    for (var segment : consuming.path("_segmentToConsumingInfoMap").properties()) {
      for (JsonNode info : segment.getValue()) {
        consumingBySegment.merge(segment.getKey(), info, PartitionTable::furthest);
      }
    }
    this.sizes = size.path("realtimeSegments").path("segments");
  }

  /**
   * @param ledger what {@code /tables/{table}/ledger} answers
   * @param consuming what {@code /tables/{table}/consumingSegmentsInfo} answers
   * @param size what {@code /tables/{table}/size} answers
   */
  static String render(JsonNode ledger, JsonNode consuming, JsonNode size) {
    var table =
        new TextTable(
            List.of(
                new Column("partition", true),
                new Column("segments", false),
                new Column("from offset", true),
                new Column("to offset", true),
                new Column("lag", true),
                new Column("rows", true),
                new Column("filtered", true),
                new Column("rejected", true),
                new Column("lost", true),
                new Column("KiB on disk", true)));
    var cells = new PartitionTable(consuming, size);
    ledger.path("partitions").forEach(partition -> table.add(cells.of(partition)));
    return table.render();
  }

  /**
   * Records of the whole table that came to this end, as far as they are told.
   *
   * @param fate as the ledger names it
   */
  static long count(JsonNode ledger, JsonNode consuming, String fate) {
    var cells = new PartitionTable(consuming, MissingNode.getInstance());
    return ledger
        .path("partitions")
        .valueStream()
        .flatMap(partition -> partition.path("segments").valueStream())
        .mapToLong(segment -> cells.counts(segment).path(fate).asLong(0))
        .sum();
  }

  private List<String> of(JsonNode partition) {
    JsonNode segments = partition.path("segments");
    JsonNode last = segments.path(segments.size() - 1);
    return List.of(
        partition.path("partition").asString(UNKNOWN),
        states(segments),
        partition.path("startOffset").asString(UNKNOWN),
        endOffset(last),
        lag(last),
        sum(segments, "indexed"),
        sum(segments, "filtered"),
        sum(segments, "rejected"),
        sum(segments, "lost"),
        kibibytes(segments));
  }

  private static String states(JsonNode segments) {
    Map<String, Long> counts =
        segments
            .valueStream()
            .collect(
                Collectors.groupingBy(
                    segment -> segment.path("state").asString(UNKNOWN),
                    TreeMap::new,
                    Collectors.counting()));
    return counts.entrySet().stream()
        .map(state -> state.getValue() + " " + state.getKey())
        .collect(Collectors.joining(", "));
  }

  private String endOffset(JsonNode segment) {
    long decided = segment.path("endOffset").asLong(-1);
    return decided >= 0
        ? Long.toString(decided)
        : onlyValue(consuming(segment).path("partitionToOffsetMap"));
  }

  private String lag(JsonNode segment) {
    JsonNode lags = consuming(segment).path("partitionOffsetInfo").path("recordsLagMap");
    return onlyValue(lags).replace("UNKNOWN", UNKNOWN);
  }

  /** Of all segments; with a {@code +} where nobody told of one that is not decided. */
  private String sum(JsonNode segments, String fate) {
    long sum = 0;
    boolean isWhole = true;
    for (JsonNode segment : segments) {
      JsonNode known = counts(segment);
      isWhole &= known.isObject();
      sum += known.path(fate).asLong(0);
    }
    return isWhole ? Long.toString(sum) : sum + "+";
  }

  private JsonNode counts(JsonNode segment) {
    JsonNode decided = segment.path("counts");
    return decided.isObject() ? decided : consuming(segment).path("ledger");
  }

  /** One replica's files, rounded up. */
  private String kibibytes(JsonNode segments) {
    long sum = 0;
    for (JsonNode segment : segments) {
      String name = segment.path("segment").asString("");
      sum += Math.max(0, sizes.path(name).path("maxReportedSizePerReplicaInBytes").asLong(0));
    }
    return Long.toString((sum + 1023) / 1024);
  }

  private JsonNode consuming(JsonNode segment) {
    JsonNode info = consumingBySegment.get(segment.path("segment").asString(""));
    return info == null ? MissingNode.getInstance() : info;
  }

  private static JsonNode furthest(JsonNode a, JsonNode b) {
    return offset(a) >= offset(b) ? a : b;
  }

  private static long offset(JsonNode info) {
    return Long.parseLong("0" + onlyValue(info.path("partitionToOffsetMap")).replaceAll("\\D", ""));
  }

  /** Maps by partition have one entry here: a segment is of one partition. */
  private static String onlyValue(JsonNode byPartition) {
    return byPartition.valueStream().map(JsonNode::asString).findFirst().orElse(UNKNOWN);
  }
}
