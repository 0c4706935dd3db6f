package io.gamay.segment.seal;

import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.ledger.RejectedRecord;
import io.gamay.segment.ledger.RejectionReason;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.DefaultValues;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.TimeFormat;
import io.gamay.segment.schema.TooLongPolicy;
import io.gamay.segment.schema.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Rows, schema, encodings and ledger of one segment, made from a seed. */
public record RandomRows(
    TableSchema schema,
    EncodingDecisions encodings,
    OffsetRange offsets,
    List<TestRow> rows,
    SealInputs inputs) {

  public static final String SEGMENT_NAME = "trips__3__0__20260101T0000Z";

  /** Rows over a random schema with every data type in it, single- and multi-value. */
  static RandomRows of(RandomGenerator random, int rowCount) {
    return of(random, rowCount, randomSchema(random), true);
  }

  static RandomRows of(RandomGenerator random, int rowCount, TableSchema schema, boolean hasGaps) {
    Set<String> raw = new HashSet<>();
    Set<String> inverted = new HashSet<>();
    for (ColumnSpec column : schema.columns()) {
      if (column.singleValue() && random.nextInt(3) == 0) {
        raw.add(column.name());
      } else if (random.nextBoolean()) {
        inverted.add(column.name());
      }
    }
    EncodingDecisions encodings =
        random.nextBoolean()
            ? new EncodingDecisions(1, raw, inverted)
            : new EncodingDecisions(2, raw, inverted, Set.of(), bloom(random, schema));
    List<ColumnValues> values =
        schema.columns().stream().map(spec -> new ColumnValues(random, spec, rowCount)).toList();
    long start = random.nextInt(3) == 0 ? 0 : random.nextLong(1L << 40);
    long offset = start;
    List<TestRow> rows = new ArrayList<>();
    for (int row = 0; row < rowCount; row++) {
      if (hasGaps && random.nextInt(50) == 0) {
        offset += random.nextInt(1000);
      }
      int docId = row;
      rows.add(new TestRow(offset++, values.stream().map(v -> v.cell(random, docId)).toList()));
    }
    OffsetRange offsets = new OffsetRange(start, offset + (hasGaps ? random.nextInt(100) : 0));
    return new RandomRows(
        schema, encodings, offsets, rows, inputs(random, encodings, offsets, rowCount));
  }

  private static Map<String, Double> bloom(RandomGenerator random, TableSchema schema) {
    Map<String, Double> bloom = new HashMap<>();
    for (ColumnSpec column : schema.columns()) {
      if (random.nextInt(3) == 0) {
        bloom.put(column.name(), random.nextBoolean() ? 0.01 : random.nextDouble(0.001, 0.9));
      }
    }
    return bloom;
  }

  RowsSegmentReader view() {
    return new RowsSegmentReader(SEGMENT_NAME, schema, offsets, rows, encodings.rawColumns());
  }

  RowsSegmentReader shuffledView(RandomGenerator random) {
    return new RowsSegmentReader(
        SEGMENT_NAME, schema, offsets, rows, encodings.rawColumns(), Optional.of(random));
  }

  private static SealInputs inputs(
      RandomGenerator random, EncodingDecisions encodings, OffsetRange offsets, int rowCount) {
    long left = offsets.size() - rowCount;
    long rejected = Math.min(left, random.nextInt(5));
    left -= rejected;
    long lost = Math.min(left, random.nextInt(20));
    left -= lost;
    long filtered = left / 2;
    List<OffsetRange> lostRanges =
        lost == 0 ? List.of() : List.of(new OffsetRange(offsets.end() - lost, offsets.end()));
    List<RejectedRecord> samples = new ArrayList<>();
    for (int index = 0; index < rejected; index++) {
      byte[] sample = new byte[random.nextInt(300)];
      random.nextBytes(sample);
      samples.add(
          new RejectedRecord(
              offsets.start() + index,
              RejectionReason.MALFORMED,
              "byte " + index,
              sample,
              sample.length + 7));
    }
    return new SealInputs(
        "trips",
        encodings,
        new LedgerCounts(rowCount, filtered, rejected, left - filtered, lost),
        lostRanges,
        samples,
        Map.of(RejectionReason.MALFORMED, rejected));
  }

  private static TableSchema randomSchema(RandomGenerator random) {
    List<ColumnSpec> columns = new ArrayList<>();
    for (DataType type : DataType.values()) {
      columns.add(randomColumn(random, "single" + type, type));
      columns.add(randomColumn(random, "other" + type, type));
      columns.add(ColumnSpec.dimension("multi" + type, type).asMultiValue().withNullable(true));
    }
    return new TableSchema("trips", random.nextInt(100), columns);
  }

  private static ColumnSpec randomColumn(RandomGenerator random, String name, DataType type) {
    ColumnRole[] roles = ColumnRole.values();
    ColumnRole role = roles[random.nextInt(roles.length)];
    TooLongPolicy[] policies = TooLongPolicy.values();
    Optional<TimeFormat> timeFormat =
        role != ColumnRole.DATE_TIME
            ? Optional.empty()
            : switch (random.nextInt(3)) {
              case 0 -> Optional.of(new TimeFormat.Epoch(Duration.ofMillis(1)));
              case 1 -> Optional.of(new TimeFormat.Timestamp());
              default ->
                  Optional.of(new TimeFormat.Pattern("yyyy-MM-dd", ZoneId.of("Europe/Paris")));
            };
    return new ColumnSpec(
        name,
        type,
        true,
        role,
        DefaultValues.of(type, role),
        random.nextBoolean(),
        random.nextBoolean() ? OptionalInt.of(random.nextInt(1000)) : OptionalInt.empty(),
        policies[random.nextInt(policies.length)],
        timeFormat);
  }

  /** A value that is often on an edge of its type. */
  static Value value(RandomGenerator random, StoredType type) {
    return switch (type) {
      case INT -> new Value.IntValue(edge(random) ? Integer.MIN_VALUE : random.nextInt());
      case LONG -> new Value.LongValue(edge(random) ? Long.MAX_VALUE : random.nextLong());
      case FLOAT ->
          new Value.FloatValue(
              edge(random)
                  ? List.of(-1.5f, 0.0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MAX_VALUE)
                      .get(random.nextInt(5))
                  : (float) random.nextGaussian());
      case DOUBLE ->
          new Value.DoubleValue(
              edge(random)
                  ? List.of(-1.5, 0.0, Double.NaN, Double.NEGATIVE_INFINITY, Double.MIN_VALUE)
                      .get(random.nextInt(5))
                  : random.nextGaussian());
      case STRING -> new Value.StringValue(text(random));
      case BYTES -> {
        byte[] bytes = new byte[edge(random) ? 0 : random.nextInt(12)];
        random.nextBytes(bytes);
        yield new Value.BytesValue(bytes);
      }
      case BIG_DECIMAL -> {
        byte[] unscaled = new byte[random.nextInt(12)];
        random.nextBytes(unscaled);
        yield new Value.BigDecimalValue(
            unscaled.length == 0
                ? BigDecimal.ZERO
                : new BigDecimal(new BigInteger(unscaled), random.nextInt(40) - 20));
      }
    };
  }

  private static boolean edge(RandomGenerator random) {
    return random.nextInt(8) == 0;
  }

  private static String text(RandomGenerator random) {
    List<String> parts = List.of("", "https://a.b/", "é", "日本", "\uD83D\uDE00", "z", "a", "\0");
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(4); left > 0; left--) {
      text.append(parts.get(random.nextInt(parts.size())));
    }
    return text.append(random.nextBoolean() ? "" : random.nextInt(1000)).toString();
  }

  /** Where a column's values come from: few, many, one or ascending ones. */
  private static final class ColumnValues {

    private final ColumnSpec spec;
    private final List<Value> pool = new ArrayList<>();
    private final boolean isAscending;
    private final int nullsInHundred;

    ColumnValues(RandomGenerator random, ColumnSpec spec, int rowCount) {
      this.spec = spec;
      int poolSize =
          switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> 2 + random.nextInt(3);
            case 2 -> 2 + random.nextInt(200);
            default -> Math.max(1, rowCount);
          };
      for (int index = 0; index < poolSize; index++) {
        pool.add(value(random, spec.storedType()));
      }
      isAscending = random.nextInt(4) == 0;
      if (isAscending) {
        pool.sort(null);
      }
      nullsInHundred = random.nextInt(3) == 0 ? random.nextInt(100) : 0;
    }

    TestRow.Cell cell(RandomGenerator random, int docId) {
      if (random.nextInt(100) < nullsInHundred) {
        return new TestRow.Cell(List.of(spec.defaultValue()), true);
      }
      if (isAscending) {
        return new TestRow.Cell(List.of(pool.get(Math.min(docId, pool.size() - 1))), false);
      }
      List<Value> values = new ArrayList<>();
      int count = spec.singleValue() ? 1 : 1 + random.nextInt(5);
      for (int index = 0; index < count; index++) {
        values.add(pool.get(random.nextInt(pool.size())));
      }
      return new TestRow.Cell(values, false);
    }
  }
}
