package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.OperatingSystemMXBean;
import io.gamay.segment.read.BloomFilterReader;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MutableSegmentMemoryTest {

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("id", DataType.LONG),
              ColumnSpec.dimension("name", DataType.STRING),
              ColumnSpec.dimension("note", DataType.STRING)));

  @Test
  void memoryIsTheSumOfTheColumnsAndNothingAfterClose() {
    MutableSegment segment = segment();
    segment.append(batch(0, 50_000));
    segment.publish(50_000);

    assertThat(segment.memoryBytes()).isGreaterThan(50_000 * 20L);
    assertThat(segment.memoryBytesByColumn().keySet())
        .containsExactly("id", "name", "note", MutableSegment.OFFSET_COLUMN);
    assertThat(segment.memoryBytesByColumn().values().stream().mapToLong(bytes -> bytes).sum())
        .isEqualTo(segment.memoryBytes());
    assertThat(segment.reservedBytes()).isGreaterThan(segment.memoryBytes());

    segment.close();
    assertThat(segment.memoryBytes()).isZero();
    assertThat(segment.reservedBytes()).isZero();
    assertThat(segment.memoryBytesByColumn().values()).containsOnly(0L);
    segment.close();
  }

  @Test
  void halfAGigabyteOfClosedSegmentsIsBackWithTheOperatingSystem() {
    RowBatch batch = new RowBatch(SCHEMA);
    byte[] large = new byte[1 << 20];
    for (int row = 0; row < 25; row++) {
      large[row] = 1;
      batch.column(0).appendLong(row);
      batch.column(1).appendBytes(large, 0, large.length);
      batch.column(2).appendBytes(large, 0, large.length);
      batch.endRow(row);
    }
    long before = virtualMemoryBytes();
    long allocated = 0;
    while (allocated < 1L << 29) {
      try (MutableSegment segment = segment()) {
        segment.append(batch);
        allocated += segment.memoryBytes();
      }
    }
    assertThat(virtualMemoryBytes() - before).isLessThan(150L << 20);
  }

  @Test
  void hashTablesTakeLittleMoreThanTheirEntries() {
    try (MutableSegment segment = segment()) {
      segment.append(batch(0, 40_000));
      segment.publish(40_000);

      long slots = 7 * 16_384 * 8;
      long keys = 8 * 65_536;
      long dictIds = 65_536 + 65_536 * 2;
      assertThat(segment.memoryBytesByColumn().get("id")).isLessThan(slots + keys + dictIds);
    }
  }

  @Test
  void offsetsWithoutGapsTakeAlmostNothing() {
    try (MutableSegment segment = segment()) {
      segment.append(batch(7, 50_000));

      assertThat(segment.memoryBytesByColumn().get(MutableSegment.OFFSET_COLUMN))
          .isLessThan(20_000);
    }
  }

  @Test
  void everyUseAfterCloseIsRefused() {
    MutableSegment segment = segment();
    segment.append(batch(0, 10));
    segment.publish(10);
    SegmentReader view = segment.snapshot();
    ColumnReader column = view.column("name");
    DictionaryReader dictionary = column.dictionary().orElseThrow();
    DocIdBlock docs = new DocIdBlock();
    docs.setRange(0, 10);

    segment.close();

    assertRefused(() -> segment.append(batch(10, 1)));
    assertRefused(() -> segment.publish(11));
    assertRefused(segment::snapshot);
    assertRefused(() -> segment.snapshotBelow(5));
    assertRefused(() -> segment.copyRows(0, 1));
    assertRefused(() -> view.column("name"));
    assertRefused(() -> view.readOffsets(docs, new long[10]));
    assertRefused(() -> view.docCountBelow(5));
    assertRefused(() -> column.readDictIds(docs, new int[10]));
    assertRefused(column::nulls);
    assertRefused(column::statistics);
    assertRefused(() -> dictionary.valueAt(0));
    assertRefused(() -> dictionary.indexOf(new Value.StringValue("name-1")));
  }

  @Test
  void indexesAndTablesHalfGrownAreReleasedToTheLastByteEvenAfterAFailedAppend() {
    TableSchema schema =
        new TableSchema(
            "t",
            1,
            List.of(
                ColumnSpec.dimension("id", DataType.LONG),
                ColumnSpec.dimension("name", DataType.STRING),
                ColumnSpec.dimension("tags", DataType.STRING).asMultiValue(),
                ColumnSpec.dimension("price", DataType.BIG_DECIMAL)));
    EncodingDecisions encoding =
        new EncodingDecisions(
            1, Set.of(), Set.of("id", "name", "tags"), Set.of(), Map.of("id", 0.01, "name", 0.01));
    MutableSegment segment = new MutableSegment("t__0", 0, schema, encoding, 0);
    RowBatch batch = new RowBatch(schema);
    for (int row = 0; row < 15_000; row++) {
      batch.column(0).appendLong(row * 77L);
      batch.column(1).append(new Value.StringValue("name-" + row));
      batch.column(2).append(new Value.StringValue("tag-" + row % 300));
      batch.column(2).append(new Value.StringValue("tag-" + row % 7));
      batch.column(2).endRow();
      batch.column(3).append(new Value.BigDecimalValue(BigDecimal.valueOf(row)));
      batch.endRow(row);
    }
    segment.append(batch);
    segment.publish(15_000);
    int firstTagRows =
        (int) IntStream.range(0, 15_000).filter(row -> row % 300 == 0 || row % 7 == 0).count();
    long grown = segment.memoryBytes();
    ColumnReader tags = segment.snapshot().column("tags");
    InvertedIndexReader postings = tags.inverted().orElseThrow();
    BloomFilterReader bloom = segment.snapshot().column("name").bloom().orElseThrow();
    assertThat(postings.docCount(0)).isEqualTo(firstTagRows);

    batch.clear();
    batch.column(0).appendLong(1);
    batch.column(1).append(new Value.StringValue("new"));
    batch.column(2).append(new Value.StringValue("new"));
    batch.column(2).endRow();
    batch.column(3).appendBytes(new byte[] {1}, 0, 1);
    batch.endRow(15_000);
    assertThatThrownBy(() -> segment.append(batch)).isInstanceOf(RuntimeException.class);
    assertThat(postings.docCount(0)).isEqualTo(firstTagRows);
    assertThat(tags.dictionary().orElseThrow().indexOf(new Value.StringValue("new"))).isEqualTo(-1);
    assertThat(segment.memoryBytes()).isGreaterThanOrEqualTo(grown);

    segment.close();
    assertThat(segment.memoryBytes()).isZero();
    assertThat(segment.memoryBytesByColumn().values()).containsOnly(0L);
    assertRefused(() -> postings.docCount(0));
    assertRefused(() -> postings.docIds(0));
    assertRefused(() -> bloom.mightContain(new Value.StringValue("new")));
    assertRefused(() -> tags.statistics());
    ColumnReader id = segmentColumn(schema, encoding);
    assertRefused(() -> id.matchDictIds(0, 1, 0, 1, new long[1]));
    assertRefused(() -> id.matchLongs(0, 1, 0, 1, new long[1]));
  }

  /** A column of a segment that is closed. */
  private static ColumnReader segmentColumn(TableSchema schema, EncodingDecisions encoding) {
    try (MutableSegment segment = new MutableSegment("t__0", 0, schema, encoding, 0)) {
      RowBatch batch = new RowBatch(schema);
      batch.column(0).appendLong(1);
      batch.column(1).appendNull();
      batch.column(2).appendNull();
      batch.column(3).appendNull();
      batch.endRow(0);
      segment.append(batch);
      segment.publish(1);
      return segment.snapshot().column("id");
    }
  }

  private static void assertRefused(Runnable use) {
    assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
  }

  private static MutableSegment segment() {
    return new MutableSegment(
        "t__0__0__0", 0, SCHEMA, new EncodingDecisions(1, Set.of("note"), Set.of()), 0);
  }

  private static RowBatch batch(long firstOffset, int rows) {
    RowBatch batch = new RowBatch(SCHEMA);
    for (long offset = firstOffset; offset < firstOffset + rows; offset++) {
      batch.column(0).appendLong(offset * 1000);
      batch.column(1).append(new Value.StringValue("name-" + offset));
      batch.column(2).append(new Value.StringValue("note of row " + offset));
      batch.endRow(offset);
    }
    return batch;
  }

  private static long virtualMemoryBytes() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
        .getCommittedVirtualMemorySize();
  }
}
