package io.gamay.query.testing;

import io.gamay.query.testing.RowsSegment.Shape;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import io.gamay.testkit.random.SeededRandom;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A table's rows as servers hold them: cut into segments anywhere, each in any form, on any server.
 * No layout changes an answer.
 *
 * @param name unique among the layouts of a case
 * @param servers what each of them is asked for
 */
public record Layout(String name, List<List<Part>> servers) implements AutoCloseable {

  /**
   * A segment that is asked for.
   *
   * @param fromOffset rows below it are asked of another segment; 0: all rows are asked for
   * @param endOffset rows from it on are asked of nobody; {@link Long#MAX_VALUE}: all are asked for
   */
  public record Part(HeldSegment segment, long fromOffset, long endOffset) {

    public Part(HeldSegment segment, long fromOffset) {
      this(segment, fromOffset, Long.MAX_VALUE);
    }

    @Override
    public String toString() {
      String end = endOffset == Long.MAX_VALUE ? "" : " below offset " + endOffset;
      return segment + (fromOffset == 0 ? "" : " from offset " + fromOffset) + end;
    }
  }

  public Layout {
    servers = servers.stream().map(List::copyOf).toList();
  }

  /** One server that holds the table's own segments. */
  public static Layout own(RandomTable table) {
    return new Layout(
        "own", List.of(table.held().stream().map(segment -> new Part(segment, 0)).toList()));
  }

  /** Other segments of the same rows, on one server or three. */
  public static Layout of(SeededRandom random, String name, RandomTable table, Path folder) {
    List<List<Part>> servers = new ArrayList<>();
    int count = random.chance(0.5) ? 1 : 3;
    for (int server = 0; server < count; server++) {
      servers.add(new ArrayList<>());
    }
    Map<Integer, List<Row>> byPartition = new TreeMap<>();
    for (Row row : table.rows()) {
      byPartition.computeIfAbsent(row.partition(), _ -> new ArrayList<>()).add(row);
    }
    byPartition.forEach(
        (partition, rows) -> {
          int first = 0;
          int sequence = 0;
          while (first < rows.size()) {
            int end = random.chance(0.3) ? rows.size() : random.between(first + 1, rows.size());
            String segment = "t__%d__%d__%s".formatted(partition, sequence++, name);
            random.oneOf(servers).add(part(random, segment, table, rows, first, end, folder));
            first = end;
          }
        });
    return new Layout(name, servers);
  }

  /** A segment may begin before what is asked of it: the rows are in the one before as well. */
  private static Part part(
      SeededRandom random,
      String name,
      RandomTable table,
      List<Row> rows,
      int first,
      int end,
      Path folder) {
    boolean overlaps = first > 0 && random.chance(0.15);
    int begin = overlaps ? random.between(Math.max(0, first - 30), first - 1) : first;
    HeldSegment segment = held(random, name, table, rows.subList(begin, end), folder);
    return new Part(segment, overlaps ? rows.get(first).offset() : 0);
  }

  /** A segment may be of an older schema, without columns of which the rows have no value. */
  private static HeldSegment held(
      SeededRandom random, String name, RandomTable table, List<Row> rows, Path folder) {
    List<ColumnSpec> columns =
        table.schema().columns().stream()
            .filter(
                spec ->
                    rows.stream().anyMatch(row -> row.values().containsKey(spec.name()))
                        || random.chance(0.5))
            .toList();
    TableSchema schema = new TableSchema("t", 1, columns);
    if (random.chance(0.8)) {
      return RealSegments.of(random, name, schema, rows, folder);
    }
    return rows(random, name, schema, rows);
  }

  /** Rows on the heap, in a shape that real segments come in. */
  static HeldSegment rows(SeededRandom random, String name, TableSchema schema, List<Row> rows) {
    Set<String> raw = new HashSet<>();
    schema.columns().stream().filter(_ -> random.chance(0.4)).forEach(spec -> raw.add(spec.name()));
    boolean mutable = random.chance(0.4);
    Shape shape = new Shape(raw, !mutable, !mutable && random.chance(0.6), mutable);
    SegmentReader reader = new RowsSegment(name, schema, rows, shape);
    return new HeldSegment(reader, mutable ? "rows, as mutable" : "rows, as sealed", 7, () -> {});
  }

  @Override
  public void close() {
    servers.forEach(parts -> parts.forEach(part -> part.segment().close()));
  }

  @Override
  public String toString() {
    return name + servers;
  }
}
