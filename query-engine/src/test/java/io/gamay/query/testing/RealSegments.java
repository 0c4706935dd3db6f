package io.gamay.query.testing;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.ColumnBuffer;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import io.gamay.segment.seal.SealInputs;
import io.gamay.segment.seal.SegmentSealer;
import io.gamay.segment.seal.SidecarSealer;
import io.gamay.testkit.random.SeededRandom;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Rows in the segments that servers hold. */
final class RealSegments {

  private RealSegments() {}

  /** A mutable segment's view, with more rows added since or not, or a sealed segment. */
  static HeldSegment of(
      SeededRandom random, String name, TableSchema schema, List<Row> rows, Path folder) {
    EncodingDecisions encodings = RandomEncodings.encodings(random, schema);
    int partition = rows.isEmpty() ? 0 : rows.getFirst().partition();
    long start = rows.isEmpty() ? 0 : rows.getFirst().offset();
    MutableSegment mutable = new MutableSegment(name, partition, schema, encodings, start);
    return random.chance(0.4)
        ? mutable(random, mutable, schema, rows)
        : sealed(random, mutable, encodings, schema, rows, folder);
  }

  private static HeldSegment mutable(
      SeededRandom random, MutableSegment segment, TableSchema schema, List<Row> rows) {
    int cut = random.chance(0.5) ? rows.size() : random.between(0, rows.size());
    append(segment, schema, rows.subList(0, cut));
    append(segment, schema, rows.subList(cut, rows.size()));
    SegmentReader view = segment.snapshot();
    boolean grows = !rows.isEmpty() && random.chance(0.3);
    if (grows) {
      appendLater(random, segment, schema, rows);
    }
    return new HeldSegment(view, grows ? "mutable, grown since," : "mutable", 0, segment::close);
  }

  /** Rows that the views taken before do not see. */
  private static void appendLater(
      SeededRandom random, MutableSegment segment, TableSchema schema, List<Row> rows) {
    long offset = segment.endOffset();
    for (int more = random.between(1, 20); more > 0; more--) {
      Row row = random.oneOf(rows);
      append(segment, schema, List.of(new Row(row.partition(), offset++, row.values())));
    }
  }

  private static HeldSegment sealed(
      SeededRandom random,
      MutableSegment mutable,
      EncodingDecisions encodings,
      TableSchema schema,
      List<Row> rows,
      Path folder) {
    append(mutable, schema, rows);
    SegmentReader view = mutable.snapshot();
    try {
      Path home = Files.createTempDirectory(folder, "segment");
      Path file = home.resolve("segment.gamay");
      seal(random, view, encodings, file);
      mutable.close();
      ImmutableSegment opened = ImmutableSegment.open(file);
      String form = "sealed (format %d)".formatted(encodings.formatVersion());
      if (random.chance(0.3)) {
        IndexDecisions wanted = opened.fitting(RandomEncodings.indexes(random, schema));
        new SidecarSealer(SegmentFiles.local(), random).seal(opened, wanted);
        opened.close();
        opened = ImmutableSegment.open(SegmentFiles.local(), file, wanted);
        form = "reloaded";
      }
      ImmutableSegment held = opened;
      return new HeldSegment(held, form, held.dataCrc(), () -> remove(held, home));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void seal(SeededRandom random, SegmentReader view, EncodingDecisions encodings, Path file)
      throws IOException {
    LedgerCounts ledger =
        new LedgerCounts(view.docCount(), 0, 0, view.offsets().size() - view.docCount(), 0);
    new SegmentSealer(SegmentFiles.local(), random)
        .seal(view, new SealInputs("t", encodings, ledger, List.of(), List.of(), Map.of()), file);
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

  private static void remove(ImmutableSegment segment, Path home) {
    segment.close();
    try {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(home)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
      Files.delete(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
