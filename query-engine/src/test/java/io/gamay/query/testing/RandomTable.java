package io.gamay.query.testing;

import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rows of a random table, in segments of random forms. */
public final class RandomTable implements AutoCloseable {

  private static final List<String> WORDS =
      List.of(
          "", "a", "ab", "abc", "b", "Berlin", "berlin", "100%", "it's", "x_y", "Zürich", "null");

  private final TableSchema schema;
  private final List<Row> rows;
  private final List<HeldSegment> segments;
  private final boolean tame;

  private RandomTable(
      TableSchema schema, List<Row> rows, List<HeldSegment> segments, boolean tame) {
    this.schema = schema;
    this.rows = rows;
    this.segments = segments;
    this.tame = tame;
  }

  /**
   * @param tame only values that SQL databases understand alike
   */
  public static RandomTable of(SeededRandom random, boolean tame, int maxRowsPerSegment) {
    return of(random, tame, maxRowsPerSegment, Optional.empty());
  }

  /** As the other, some of the segments real ones: mutable, or sealed to files in a folder. */
  public static RandomTable withRealSegments(
      SeededRandom random, boolean tame, int maxRowsPerSegment, Path folder) {
    return of(random, tame, maxRowsPerSegment, Optional.of(folder));
  }

  private static RandomTable of(
      SeededRandom random, boolean tame, int maxRowsPerSegment, Optional<Path> folder) {
    List<ColumnSpec> specs = new ArrayList<>();
    boolean hasTameDefaults = tame && random.chance(0.7);
    for (DataType type : DataType.values()) {
      ColumnSpec spec = ColumnSpec.dimension("c_" + type.name().toLowerCase(Locale.ROOT), type);
      if (hasTameDefaults || tame && (type == DataType.FLOAT || type == DataType.DOUBLE)) {
        spec = withDefault(spec, value(random, type, true));
      }
      specs.add(spec.withNullable(random.chance(0.5)));
    }
    for (DataType type : List.of(DataType.STRING, DataType.INT, DataType.DOUBLE)) {
      ColumnSpec spec = ColumnSpec.dimension("m_" + type.name().toLowerCase(Locale.ROOT), type);
      specs.add(
          withDefault(spec, value(random, type, tame))
              .asMultiValue()
              .withNullable(random.chance(0.5)));
    }
    TableSchema full = new TableSchema("t", 2, specs);
    Map<String, RandomColumn> columns = new LinkedHashMap<>();
    for (ColumnSpec spec : specs) {
      columns.put(
          spec.name(), RandomColumn.of(random, spec, () -> value(random, spec.type(), tame)));
    }
    List<Row> rows = new ArrayList<>();
    List<HeldSegment> segments = new ArrayList<>();
    boolean isTiny = random.chance(0.08);
    int segmentCount = random.between(1, 4);
    int partitions = random.between(1, 3);
    for (int segment = 0; segment < segmentCount; segment++) {
      int count = isTiny ? random.between(0, 1) : random.between(0, maxRowsPerSegment);
      List<Row> held = rows(random, columns, segment, segment % partitions, count);
      rows.addAll(held);
      segments.add(segment(random, full, segment, segment % partitions, held, folder));
    }
    return new RandomTable(full, List.copyOf(rows), segments, tame);
  }

  private static List<Row> rows(
      SeededRandom random,
      Map<String, RandomColumn> columns,
      int segment,
      int partition,
      int count) {
    Set<String> absent = new HashSet<>();
    for (String column : columns.keySet()) {
      if (random.chance(0.1)) {
        absent.add(column);
      }
    }
    double missing = random.oneOf(List.of(0.0, 0.2, 0.2, 0.9));
    List<Row> rows = new ArrayList<>();
    long offset = segment * 1_000_000L;
    for (int row = 0; row < count; row++) {
      Map<String, List<Value>> values = new HashMap<>();
      columns.forEach(
          (name, column) -> {
            if (!absent.contains(name) && !random.chance(missing)) {
              column.next(random).ifPresent(next -> values.put(name, next));
            }
          });
      offset += random.between(1, 3);
      rows.add(new Row(partition, offset, values));
    }
    return rows;
  }

  private static HeldSegment segment(
      SeededRandom random,
      TableSchema full,
      int number,
      int partition,
      List<Row> rows,
      Optional<Path> folder) {
    Set<String> held = new HashSet<>();
    rows.forEach(row -> held.addAll(row.values().keySet()));
    TableSchema schema =
        new TableSchema(
            "t",
            1,
            full.columns().stream()
                .filter(spec -> held.contains(spec.name()) || random.chance(0.5))
                .toList());
    String name = "t__%d__%d__x".formatted(partition, number);
    return folder.isPresent() && random.chance(0.7)
        ? RealSegments.of(random, name, schema, rows, folder.get())
        : Layout.rows(random, name, schema, rows);
  }

  /** A value such as the table's rows hold. */
  public Value value(SeededRandom random, DataType type) {
    if (!rows.isEmpty() && random.chance(0.5)) {
      for (ColumnSpec spec : schema.columns()) {
        List<Value> held = random.oneOf(rows).values().get(spec.name());
        if (held != null && spec.type() == type) {
          return held.get(0);
        }
      }
    }
    return value(random, type, tame);
  }

  private static Value value(SeededRandom random, DataType type, boolean tame) {
    boolean anything = !tame && random.chance(0.6);
    return switch (type) {
      case INT -> new Value.IntValue(anything ? random.anyInt() : random.between(-20, 20));
      case LONG ->
          new Value.LongValue(
              anything ? random.anyLong() : random.between(-1000, 1000) * 1_000_003L);
      case FLOAT ->
          new Value.FloatValue(anything ? random.anyFloat() : random.between(-40, 40) / 4f);
      case DOUBLE ->
          new Value.DoubleValue(anything ? random.anyDouble() : random.between(-400, 400) / 8d);
      case BIG_DECIMAL ->
          new Value.BigDecimalValue(
              anything
                  ? random.anyDecimal(20)
                  : BigDecimal.valueOf(random.between(-50, 50) * 25L, 2));
      case BOOLEAN -> new Value.IntValue(random.between(0, 1));
      case TIMESTAMP -> new Value.LongValue(1_700_000_000_000L + random.between(0, 50) * 60_000L);
      case STRING, JSON ->
          new Value.StringValue(anything ? random.anyString(12) : random.oneOf(WORDS));
      case BYTES ->
          new Value.BytesValue(
              anything ? random.anyBytes(4) : new byte[] {(byte) random.between(0, 5)});
    };
  }

  private static ColumnSpec withDefault(ColumnSpec spec, Value value) {
    return new ColumnSpec(
        spec.name(),
        spec.type(),
        spec.singleValue(),
        spec.role(),
        value,
        spec.nullable(),
        spec.maxLength(),
        spec.onTooLong(),
        spec.timeFormat());
  }

  public boolean isTame() {
    return tame;
  }

  public TableSchema schema() {
    return schema;
  }

  public List<Row> rows() {
    return rows;
  }

  public List<SegmentReader> segments() {
    return segments.stream().map(HeldSegment::reader).toList();
  }

  /** The segments and what they are. */
  public List<HeldSegment> held() {
    return segments;
  }

  /** Gives memory and files of real segments back. */
  @Override
  public void close() {
    segments.forEach(HeldSegment::close);
  }

  public ColumnReference reference(ColumnSpec spec) {
    return new ColumnReference(
        spec.name(),
        new ResultType(spec.type(), !spec.singleValue()),
        spec.nullable(),
        spec.defaultValue());
  }

  /** Any column of a type, single-value or not. */
  public Optional<ColumnReference> column(SeededRandom random, DataType type, boolean isArray) {
    List<ColumnReference> fitting =
        schema.columns().stream()
            .filter(spec -> spec.type() == type && spec.singleValue() != isArray)
            .map(this::reference)
            .toList();
    return fitting.isEmpty() ? Optional.empty() : Optional.of(random.oneOf(fitting));
  }
}
