package io.gamay.query.testing;

import io.gamay.query.plan.ResultType;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.testing.RowsSegment.Shape;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Rows of a random table, cut into segments of random shapes. */
public final class RandomTable implements AutoCloseable {

  private static final List<String> WORDS =
      List.of(
          "", "a", "ab", "abc", "b", "Berlin", "berlin", "100%", "it's", "x_y", "Zürich", "null");

  private final TableSchema schema;
  private final List<Row> rows;
  private final List<SegmentReader> segments;
  private final boolean tame;

  private RandomTable(
      TableSchema schema, List<Row> rows, List<SegmentReader> segments, boolean tame) {
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
    for (DataType type : DataType.values()) {
      ColumnSpec spec =
          ColumnSpec.dimension("c_" + type.name().toLowerCase(java.util.Locale.ROOT), type);
      if (tame && type == DataType.FLOAT || tame && type == DataType.DOUBLE) {
        spec = withDefault(spec, value(random, type, true));
      }
      specs.add(spec.withNullable(random.chance(0.5)));
    }
    for (DataType type : List.of(DataType.STRING, DataType.INT, DataType.DOUBLE)) {
      ColumnSpec spec =
          ColumnSpec.dimension("m_" + type.name().toLowerCase(java.util.Locale.ROOT), type);
      specs.add(
          withDefault(spec, value(random, type, tame))
              .asMultiValue()
              .withNullable(random.chance(0.5)));
    }
    TableSchema full = new TableSchema("t", 2, specs);
    List<Row> rows = new ArrayList<>();
    List<SegmentReader> segments = new ArrayList<>();
    int segmentCount = random.between(1, 4);
    for (int segment = 0; segment < segmentCount; segment++) {
      segments.add(
          segment(random, tame, full, segment, random.between(0, maxRowsPerSegment), rows, folder));
    }
    return new RandomTable(full, List.copyOf(rows), segments, tame);
  }

  private static SegmentReader segment(
      SeededRandom random,
      boolean tame,
      TableSchema full,
      int number,
      int rowCount,
      List<Row> all,
      Optional<Path> folder) {
    Set<String> absent = new HashSet<>();
    Set<String> raw = new HashSet<>();
    for (ColumnSpec spec : full.columns()) {
      if (random.chance(0.1)) {
        absent.add(spec.name());
      }
      if (random.chance(0.4)) {
        raw.add(spec.name());
      }
    }
    double missing = random.chance(0.3) ? 0 : 0.2;
    boolean narrow = random.chance(0.3);
    List<Row> rows = new ArrayList<>();
    long offset = number * 1_000_000L;
    Map<String, List<Value>> before = Map.of();
    for (int row = 0; row < rowCount; row++) {
      Map<String, List<Value>> values = new HashMap<>();
      for (ColumnSpec spec : full.columns()) {
        List<Value> previous = before.get(spec.name());
        if (absent.contains(spec.name()) || random.chance(missing)) {
          continue;
        }
        if (narrow && previous != null && random.chance(0.9)) {
          values.put(spec.name(), previous);
        } else {
          values.put(spec.name(), values(random, spec, tame));
        }
      }
      before = values;
      offset += random.between(1, 3);
      rows.add(new Row(number % 2, offset, values));
    }
    all.addAll(rows);
    List<ColumnSpec> held =
        full.columns().stream().filter(spec -> !absent.contains(spec.name())).toList();
    TableSchema heldSchema = new TableSchema("t", 1, held);
    if (folder.isPresent() && random.chance(0.7)) {
      return RealSegments.of(random, heldSchema, number, rows, raw, folder.get());
    }
    boolean mutable = random.chance(0.4);
    Shape shape = new Shape(raw, !mutable, !mutable && random.chance(0.6), mutable);
    return new RowsSegment(
        "t__%d__%d__x".formatted(number % 2, number), new TableSchema("t", 1, held), rows, shape);
  }

  private static List<Value> values(SeededRandom random, ColumnSpec spec, boolean tame) {
    int count = spec.singleValue() ? 1 : random.between(1, 3);
    List<Value> values = new ArrayList<>();
    for (int value = 0; value < count; value++) {
      values.add(value(random, spec.type(), tame));
    }
    return values;
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
    return segments;
  }

  /** Gives memory and files of real segments back. */
  @Override
  public void close() {
    segments.forEach(RealSegments::close);
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
