package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnRole;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.TooLongPolicy;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MutableSegmentPropertyTest {

  private static final List<DataType> TYPES = List.of(DataType.values());

  /** A view, and what it showed when it was taken. */
  private record Taken(SegmentReader view, int rows, OffsetRange offsets) {}

  @Test
  void everyReadOfEveryViewSaysWhatThePlainRowsSay() {
    int cases = Seeds.forEach(Duration.ofSeconds(4), this::checkCase);

    assertThat(cases).isGreaterThan(2);
  }

  private void checkCase(SeededRandom random) {
    TableSchema schema = anySchema(random);
    Set<String> raw = new HashSet<>();
    for (ColumnSpec spec : schema.columns()) {
      if (spec.singleValue() && random.chance(0.4)) {
        raw.add(spec.name());
      }
    }
    Set<String> inverted = new HashSet<>();
    Map<String, Double> bloom = new HashMap<>();
    for (ColumnSpec spec : schema.columns()) {
      if (!raw.contains(spec.name()) && random.chance(0.5)) {
        inverted.add(spec.name());
      }
      if (random.chance(0.3)) {
        bloom.put(spec.name(), 0.01);
      }
    }
    EncodingDecisions encoding = new EncodingDecisions(1, raw, inverted, Set.of(), bloom);
    long start = random.nextLong(1L << 33);
    SegmentModel model = new SegmentModel(schema, random);
    try (MutableSegment segment = new MutableSegment("t__0__0__0", 3, schema, encoding, start)) {
      List<Taken> taken = feed(segment, model, start, random);
      while (taken.size() > 4) {
        taken.remove(random.nextInt(taken.size()));
      }
      for (Taken view : taken) {
        new ViewCheck(view.view(), model, view.rows(), encoding, random).all(view.offsets());
      }
      checkCuts(segment, model, encoding, random);
      checkCopies(segment, model, random);
    }
  }

  private static List<Taken> feed(
      MutableSegment segment, SegmentModel model, long start, SeededRandom random) {
    List<Taken> taken = new ArrayList<>();
    RowBatch batch = new RowBatch(model.schema);
    double nullChance = random.oneOf(List.of(0d, 0.02, 0.7));
    long end = start;
    int batches = random.between(0, 12);
    for (int i = 0; i < batches; i++) {
      batch.clear();
      int size = random.chance(0.2) ? random.between(500, 1500) : random.between(0, 60);
      end = model.fill(batch, size, end, nullChance, random);
      int split = random.between(0, size);
      segment.append(batch, 0, split);
      segment.append(batch, split, size);
      if (random.chance(0.7)) {
        end += random.chance(0.3) ? random.between(1, 4) : 0;
        segment.publish(end);
        taken.add(new Taken(segment.snapshot(), model.rows.size(), new OffsetRange(start, end)));
      }
    }
    segment.publish(end);
    taken.add(new Taken(segment.snapshot(), model.rows.size(), new OffsetRange(start, end)));
    return taken;
  }

  private static void checkCuts(
      MutableSegment segment, SegmentModel model, EncodingDecisions encoding, SeededRandom random) {
    for (int i = 0; i < 3; i++) {
      long bound =
          segment.startOffset() + random.nextLong(segment.endOffset() - segment.startOffset() + 1);
      new ViewCheck(segment.snapshotBelow(bound), model, model.rowsBelow(bound), encoding, random)
          .all(new OffsetRange(segment.startOffset(), bound));
    }
  }

  private static void checkCopies(MutableSegment segment, SegmentModel model, SeededRandom random) {
    int from = random.between(0, segment.docCount());
    int to = random.between(from, segment.docCount());
    RowBatch copy = segment.copyRows(from, to);
    assertThat(copy.rowCount()).isEqualTo(to - from);
    for (int row = 0; row < to - from; row++) {
      assertThat(copy.offset(row)).isEqualTo(model.rows.get(from + row).offset());
      for (int column = 0; column < copy.columns().size(); column++) {
        ColumnBuffer buffer = copy.column(column);
        assertThat(buffer.isNull(row)).isEqualTo(model.isNull(from + row, column));
        List<Value> values = new ArrayList<>();
        for (int v = buffer.firstValue(row); v < buffer.endValue(row); v++) {
          values.add(SegmentModel.canonical(buffer.valueAt(v)));
        }
        assertThat(values).isEqualTo(model.stored(from + row, column));
      }
    }
  }

  private static TableSchema anySchema(SeededRandom random) {
    List<ColumnSpec> columns = new ArrayList<>();
    int count = random.between(1, 6);
    for (int i = 0; i < count; i++) {
      DataType type = random.oneOf(TYPES);
      ColumnSpec plain = ColumnSpec.dimension("c" + i, type);
      Value defaultValue =
          random.chance(0.5) ? plain.defaultValue() : SegmentModel.anyValue(plain, random);
      columns.add(
          new ColumnSpec(
              "c" + i,
              type,
              random.chance(0.7),
              ColumnRole.DIMENSION,
              defaultValue,
              random.chance(0.5),
              OptionalInt.empty(),
              TooLongPolicy.KEEP,
              Optional.empty()));
    }
    return new TableSchema("t", 1, columns);
  }
}
