package io.gamay.query.testing;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Rows in the segments that servers hold. */
final class RealSegments {

  private RealSegments() {}

  /** A view of a mutable segment to which more rows were added since, or a sealed segment. */
  static SegmentReader of(
      SeededRandom random,
      TableSchema schema,
      int number,
      List<Row> rows,
      Set<String> rawColumns,
      Path folder) {
    Set<String> raw = new HashSet<>();
    Set<String> inverted = new HashSet<>();
    for (ColumnSpec spec : schema.columns()) {
      if (spec.singleValue() && rawColumns.contains(spec.name())) {
        raw.add(spec.name());
      } else if (random.chance(0.5)) {
        inverted.add(spec.name());
      }
    }
    EncodingDecisions encodings =
        new EncodingDecisions(EncodingDecisions.CURRENT_FORMAT_VERSION, raw, inverted);
    int partition = rows.isEmpty() ? 0 : rows.get(0).partition();
    String name = "t__%d__%d__x".formatted(partition, number);
    long start = rows.isEmpty() ? 0 : rows.get(0).offset();
    MutableSegment mutable = new MutableSegment(name, partition, schema, encodings, start);
    int visible = random.chance(0.5) ? rows.size() : random.between(0, rows.size());
    boolean sealed = random.chance(0.5);
    if (!sealed && random.chance(0.5)) {
      append(mutable, schema, rows.subList(0, visible));
      append(mutable, schema, rows.subList(visible, rows.size()));
      return mutable.snapshot();
    }
    append(mutable, schema, rows);
    SegmentReader view = mutable.snapshot();
    if (!sealed) {
      return view;
    }
    try {
      Path file = Files.createTempFile(folder, "segment", "");
      LedgerCounts ledger =
          new LedgerCounts(rows.size(), 0, 0, view.offsets().size() - rows.size(), 0);
      new SegmentSealer(SegmentFiles.local(), random)
          .seal(view, new SealInputs("t", encodings, ledger, List.of(), List.of(), Map.of()), file);
      mutable.close();
      return ImmutableSegment.open(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Appends rows behind those that a segment has, and publishes them. */
  static void append(MutableSegment segment, TableSchema schema, List<Row> rows) {
    RowBatch batch = new RowBatch(schema);
    long end = segment.endOffset();
    for (Row row : rows) {
      for (int column = 0; column < schema.columns().size(); column++) {
        ColumnBuffer buffer = batch.column(column);
        List<Value> values = row.values().get(schema.columns().get(column).name());
        if (values == null) {
          buffer.appendNull();
          continue;
        }
        values.forEach(buffer::append);
        if (!schema.columns().get(column).singleValue()) {
          buffer.endRow();
        }
      }
      batch.endRow(row.offset());
      end = row.offset() + 1;
    }
    segment.append(batch);
    segment.publish(end);
  }

  /** Closes a sealed segment and removes its file; memory of mutable ones goes with the test. */
  static void close(SegmentReader segment) {
    if (segment instanceof ImmutableSegment sealed) {
      sealed.close();
      try {
        Files.deleteIfExists(sealed.path());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
