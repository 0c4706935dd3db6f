package io.gamay.quickstart.command;

import io.gamay.quickstart.console.TextTable;
import io.gamay.segment.immutable.ColumnDescription;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.immutable.IndexDescription;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A sealed segment in words and numbers. */
final class SegmentText {
  private static final int LONGEST_BOUND = 24;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SegmentText() {}

  /** All of it, for a person. */
  static String page(ImmutableSegment segment) {
    List<String> parts = new ArrayList<>(List.of(title(segment), "", table(segment)));
    segment.describeColumns().stream()
        .filter(column -> column.statistics().nullCount() > 0)
        .map(SegmentText::nullsOf)
        .forEach(parts::add);
    if (segment.sidecarSizeBytes() > 0) {
      parts.add(
          "indexes marked + lie in the file beside the segment's, of %,d bytes"
              .formatted(segment.sidecarSizeBytes()));
    }
    segment
        .sidecarProblem()
        .ifPresent(problem -> parts.add("the file beside the segment's is not used: " + problem));
    return String.join("\n", parts);
  }

  private static String nullsOf(ColumnDescription column) {
    return "%s: where there is no value its default \"%s\" is stored, which distinct, least and greatest count in"
        .formatted(column.spec().name(), bound(Optional.of(column.spec().defaultValue())));
  }

  private static String title(ImmutableSegment segment) {
    return "%s of table %s: %,d rows, offsets %d to %d of partition %d, %,d bytes, format %d, data CRC %08x"
        .formatted(
            segment.segmentName(),
            segment.tableName(),
            segment.docCount(),
            segment.offsets().start(),
            segment.offsets().end(),
            segment.partition(),
            segment.sizeBytes(),
            segment.encodings().formatVersion(),
            segment.dataCrc());
  }

  private static String table(ImmutableSegment segment) {
    TextTable table =
        new TextTable(
            List.of(
                new TextTable.Column("column", false),
                new TextTable.Column("type", false),
                new TextTable.Column("form", false),
                new TextTable.Column("dictionary", false),
                new TextTable.Column("bytes", true),
                new TextTable.Column("bits/value", true),
                new TextTable.Column("distinct", true),
                new TextTable.Column("nulls", true),
                new TextTable.Column("least", false),
                new TextTable.Column("greatest", false),
                new TextTable.Column("sorted", false),
                new TextTable.Column("indexes", false),
                new TextTable.Column("why", false)));
    for (ColumnDescription column : segment.describeColumns()) {
      table.add(
          List.of(
              column.spec().name(),
              column.spec().type() + (column.spec().singleValue() ? "" : " lists"),
              column.form(),
              column.values(),
              "%,d".formatted(column.sizeBytes()),
              String.format(Locale.ROOT, "%.2f", column.bitsPerValue()),
              column.statistics().cardinality() < 0
                  ? "?"
                  : "%,d".formatted(column.statistics().cardinality()),
              "%,d".formatted(column.statistics().nullCount()),
              bound(column.statistics().min()),
              bound(column.statistics().max()),
              column.statistics().sorted() ? "yes" : "no",
              column.indexes().stream()
                  .map(index -> index.index() + (index.isInSidecar() ? "+" : ""))
                  .collect(Collectors.joining(", ")),
              column.reason()));
    }
    return table.render();
  }

  static ObjectNode json(ImmutableSegment segment) {
    ObjectNode json = JSON.objectNode();
    json.put("segment", segment.segmentName());
    json.put("table", segment.tableName());
    json.put("partition", segment.partition());
    json.put("startOffset", segment.offsets().start());
    json.put("endOffset", segment.offsets().end());
    json.put("rows", segment.docCount());
    json.put("sizeBytes", segment.sizeBytes());
    json.put("sidecarSizeBytes", segment.sidecarSizeBytes());
    segment.sidecarProblem().ifPresent(problem -> json.put("sidecarProblem", problem));
    json.put("formatVersion", segment.encodings().formatVersion());
    json.put("dataCrc", "%08x".formatted(segment.dataCrc()));
    ArrayNode columns = json.putArray("columns");
    segment.describeColumns().forEach(column -> columns.add(json(column)));
    return json;
  }

  private static ObjectNode json(ColumnDescription column) {
    ObjectNode json = JSON.objectNode();
    json.put("name", column.spec().name());
    json.put("type", column.spec().type().toString());
    json.put("singleValue", column.spec().singleValue());
    json.put("form", column.form());
    json.put("dictionary", column.values());
    json.put("reason", column.reason());
    json.put("sizeBytes", column.sizeBytes());
    json.put("bitsPerValue", column.bitsPerValue());
    json.put("cardinality", column.statistics().cardinality());
    json.put("values", column.statistics().valueCount());
    json.put("nulls", column.statistics().nullCount());
    json.put("nullsStoredAs", text(column.spec().defaultValue()));
    json.put("sorted", column.statistics().sorted());
    column.statistics().min().ifPresent(min -> json.put("min", text(min)));
    column.statistics().max().ifPresent(max -> json.put("max", text(max)));
    ObjectNode blocks = json.putObject("blockBytes");
    column.blockBytes().forEach((kind, bytes) -> blocks.put(kind.name(), bytes));
    ArrayNode indexes = json.putArray("indexes");
    for (IndexDescription index : column.indexes()) {
      indexes
          .addObject()
          .put("index", index.index())
          .put("form", index.form())
          .put("sizeBytes", index.sizeBytes())
          .put("isInSidecar", index.isInSidecar());
    }
    return json;
  }

  private static String bound(Optional<Value> bound) {
    String text = bound.map(SegmentText::text).orElse("");
    return text.length() <= LONGEST_BOUND ? text : text.substring(0, LONGEST_BOUND - 1) + "…";
  }

  private static String text(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> Integer.toString(v);
      case Value.LongValue(long v) -> Long.toString(v);
      case Value.FloatValue(float v) -> Float.toString(v);
      case Value.DoubleValue(double v) -> Double.toString(v);
      case Value.StringValue(String v) -> v;
      case Value.BytesValue(byte[] v) -> HexFormat.of().formatHex(v);
      case Value.BigDecimalValue(var v) -> v.toPlainString();
    };
  }
}
