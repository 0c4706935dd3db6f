package io.gamay.segment.mutable;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.read.ByteLengths;
import io.gamay.segment.read.BytesBlock;
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
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/**
 * One writer, several readers, on rows whose every value follows from the docId. The offset of row
 * d is 10 d; a view of n rows ends at an offset in (10 (n - 1), 10 n], so that a torn pair shows.
 */
class MutableSegmentConcurrencyTest {

  private static final System.Logger LOGGER =
      System.getLogger(MutableSegmentConcurrencyTest.class.getName());
  private static final int READERS = 3;
  private static final int MAX_ROWS = 400_000;
  private static final long NANOS_PER_CASE = TimeUnit.MILLISECONDS.toNanos(900);

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("unique", DataType.LONG),
              ColumnSpec.dimension("name", DataType.STRING),
              ColumnSpec.dimension("raw", DataType.DOUBLE),
              ColumnSpec.dimension("text", DataType.STRING),
              ColumnSpec.dimension("tags", DataType.INT).asMultiValue()));

  @Test
  void readersSeeWholePublishedStatesAndOnlyTrueValuesWhileTheWriterGoesOn() {
    Seeds.forEach(2, this::checkCase);
  }

  private void checkCase(SeededRandom random) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    EncodingDecisions encoding =
        new EncodingDecisions(
            1, Set.of("raw", "text"), Set.of("name", "tags"), Set.of(), Map.of("unique", 0.01));
    long checked = 0;
    int rows;
    try (MutableSegment segment = new MutableSegment("t__0__0__0", 0, SCHEMA, encoding, 0);
        ExecutorService pool = Executors.newFixedThreadPool(READERS)) {
      List<Future<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        SeededRandom own = random.split();
        readers.add(pool.submit(() -> read(segment, own, done)));
      }
      try {
        rows = write(segment, random, readers);
      } finally {
        done.set(true);
      }
      for (Future<Long> reader : readers) {
        checked += reader.get(20, TimeUnit.SECONDS);
      }
      checkView(segment.snapshot(), random);
      assertThat(segment.docCount()).isEqualTo(rows);
    }
    LOGGER.log(Level.INFO, "{0} rows written, {1} views checked beside it", rows, checked);
    assertThat(checked).isGreaterThan(READERS);
  }

  private static int write(
      MutableSegment segment, SeededRandom random, List<Future<Long>> readers) {
    long start = System.nanoTime();
    RowBatch batch = new RowBatch(SCHEMA);
    int rows = 0;
    while (rows < MAX_ROWS && System.nanoTime() - start < NANOS_PER_CASE) {
      batch.clear();
      int end = rows + random.between(1, random.chance(0.1) ? 5000 : 50);
      for (int docId = rows; docId < end; docId++) {
        appendRow(batch, docId);
      }
      segment.append(batch);
      rows = end;
      segment.publish(10L * (rows - 1) + random.between(1, 5));
      if (random.chance(0.3)) {
        segment.publish(10L * (rows - 1) + random.between(6, 10));
      }
      if (readers.stream().anyMatch(Future::isDone)) {
        return rows;
      }
    }
    return rows;
  }

  private static long read(MutableSegment segment, SeededRandom random, AtomicBoolean done) {
    long views = 0;
    int docCount = 0;
    long end = 0;
    while (!done.get()) {
      SegmentReader view = segment.snapshot();
      assertThat(view.docCount()).isGreaterThanOrEqualTo(docCount);
      assertThat(view.offsets().end()).isGreaterThanOrEqualTo(end);
      docCount = view.docCount();
      end = view.offsets().end();
      checkView(view, random);
      if (random.chance(0.2)) {
        checkView(segment.snapshotBelow(random.nextLong(end / 10 + 1) * 10), random);
      }
      views++;
    }
    return views;
  }

  private static void checkView(SegmentReader view, SeededRandom random) {
    int rows = view.docCount();
    long end = view.offsets().end();
    if (rows == 0) {
      return;
    }
    assertThat(end).isBetween(10L * (rows - 1) + 1, 10L * rows);
    DocIdBlock docs = anyBlock(rows, random);
    checkOffsets(view, docs);
    checkUnique(view, docs, random);
    checkName(view, docs);
    checkRaw(view, docs);
    checkTags(view, docs);
    checkTags(view, listIn(docs, random));
    checkPostings(view, docs);
    checkMatches(view, docs, random);
    checkLengths(view);
    assertThat(view.docCountBelow(Long.MAX_VALUE)).isEqualTo(rows);
  }

  private static void checkOffsets(SegmentReader view, DocIdBlock docs) {
    long[] offsets = new long[docs.count()];
    view.readOffsets(docs, offsets);
    for (int i = 0; i < docs.count(); i++) {
      expect(offsets[i], 10L * docs.docId(i));
    }
  }

  private static void checkUnique(SegmentReader view, DocIdBlock docs, SeededRandom random) {
    ColumnReader column = view.column("unique");
    DictionaryReader dictionary = column.dictionary().orElseThrow();
    assertThat(dictionary.cardinality()).isEqualTo(view.docCount());
    long[] values = new long[docs.count()];
    column.readLongs(docs, values);
    for (int i = 0; i < docs.count(); i++) {
      expect(values[i], unique(docs.docId(i)));
    }
    for (int i = 0; i < 20; i++) {
      int docId = random.nextInt(view.docCount() + 2000);
      int dictId = dictionary.indexOf(new Value.LongValue(unique(docId)));
      expect(dictId, docId < view.docCount() ? docId : -1);
    }
  }

  private static void checkName(SegmentReader view, DocIdBlock docs) {
    ColumnReader column = view.column("name");
    DictionaryReader dictionary = column.dictionary().orElseThrow();
    int[] dictIds = new int[docs.count()];
    column.readDictIds(docs, dictIds);
    for (int i = 0; i < docs.count(); i++) {
      int docId = docs.docId(i);
      if (dictIds[i] >= dictionary.cardinality()) {
        throw new AssertionError("dictId %d of %d".formatted(dictIds[i], dictionary.cardinality()));
      }
      if (i % 64 == 0) {
        Value expected = new Value.StringValue(isNull(docId) ? "null" : name(docId));
        assertThat(dictionary.valueAt(dictIds[i])).isEqualTo(expected);
        assertThat(dictionary.indexOf(expected)).isEqualTo(dictIds[i]);
        assertThat(column.nulls().contains(docId)).isEqualTo(isNull(docId));
      }
    }
    assertThat(column.nulls().getLongCardinality()).isEqualTo((view.docCount() + 6) / 7);
  }

  private static void checkRaw(SegmentReader view, DocIdBlock docs) {
    double[] doubles = new double[docs.count()];
    view.column("raw").readDoubles(docs, doubles);
    BytesBlock texts = new BytesBlock();
    view.column("text").readBytes(docs, texts);
    for (int i = 0; i < docs.count(); i++) {
      int docId = docs.docId(i);
      expect(Double.doubleToLongBits(doubles[i]), Double.doubleToLongBits(docId / 4d));
      if (i % 64 == 0) {
        int start = texts.start(i);
        assertThat(new String(texts.bytes(), start, texts.end(i) - start, StandardCharsets.UTF_8))
            .isEqualTo(text(docId));
      }
    }
    assertThat(view.column("raw").statistics().max())
        .contains(new Value.DoubleValue((view.docCount() - 1) / 4d));
  }

  private static void checkTags(SegmentReader view, DocIdBlock docs) {
    ColumnReader column = view.column("tags");
    DictionaryReader dictionary = column.dictionary().orElseThrow();
    int[] ends = new int[docs.count()];
    int[] dictIds = column.readMultiDictIds(docs, ends, new int[16]);
    int at = 0;
    for (int i = 0; i < docs.count(); i++) {
      int docId = docs.docId(i);
      expect(ends[i] - at, 1 + docId % 3);
      for (int tag = 0; at < ends[i]; at++, tag++) {
        expect(dictionary.intAt(dictIds[at]), tag(docId, tag));
      }
    }
  }

  /** Of values in the block: the values' rows in it are those that the postings have there. */
  private static void checkPostings(SegmentReader view, DocIdBlock docs) {
    for (String name : List.of("name", "tags")) {
      ColumnReader column = view.column(name);
      DictionaryReader dictionary = column.dictionary().orElseThrow();
      InvertedIndexReader postings = column.inverted().orElseThrow();
      for (int i = 0; i < docs.count(); i += 97) {
        int docId = docs.docId(i);
        Value value = name.equals("name") ? nameOf(docId) : new Value.IntValue(tag(docId, 0));
        int dictId = dictionary.indexOf(value);
        int count = postings.docCount(dictId);
        postings
            .docIds(dictId)
            .ifPresent(
                docIds -> {
                  expect(docIds.getCardinality(), count);
                  assertThat(docIds.contains(docId)).isTrue();
                  assertThat(docIds.last()).isLessThan(view.docCount());
                });
        if (name.equals("tags")) {
          int expected = 0;
          int from = Math.max(0, docId - 400);
          for (int other = from; other < Math.min(view.docCount(), docId + 400); other++) {
            expected += hasTag(other, tag(docId, 0)) ? 1 : 0;
          }
          expect(count, expected);
        }
      }
    }
    ColumnReader names = view.column("name");
    int nulls = names.dictionary().orElseThrow().indexOf(nameOf(0));
    expect(names.inverted().orElseThrow().docCount(nulls), (view.docCount() + 6) / 7);
  }

  private static void checkMatches(SegmentReader view, DocIdBlock docs, SeededRandom random) {
    int count = docs.count();
    long[] mask = new long[(count + 63) / 64];
    int low = docs.first() + random.nextInt(count);
    view.column("unique").matchDictIds(docs.first(), count, low, low + 100, mask);
    view.column("raw").matchDoubles(docs.first(), count, low / 4d, (low + 99) / 4d, mask);
    for (int i = 0; i < count; i++) {
      int docId = docs.first() + i;
      expect(mask[i >>> 6] >>> i & 1, docId >= low && docId < low + 100 ? 1 : 0);
    }
    long[] coded = new long[mask.length];
    view.column("unique").matchDictIds(docs.first(), count, low, low + 100, coded);
    assertThat(coded).isEqualTo(mask);
    assertThat(
            view.column("unique")
                .bloom()
                .orElseThrow()
                .mightContain(new Value.LongValue(unique(low))))
        .isTrue();
  }

  private static void checkLengths(SegmentReader view) {
    ByteLengths lengths = view.column("text").statistics().lengths().orElseThrow();
    expect(lengths.shortest(), text(0).length());
    expect(lengths.longest(), text(view.docCount() - 1).length());
    long total = view.docCount() * (long) "the text of row ".length();
    for (long limit = 1; limit <= view.docCount(); limit *= 10) {
      total += view.docCount() - (limit == 1 ? 0 : limit);
    }
    expect(lengths.total(), total);
  }

  private static Value nameOf(int docId) {
    return new Value.StringValue(isNull(docId) ? "null" : name(docId));
  }

  private static boolean hasTag(int docId, int tag) {
    for (int i = 0; i <= docId % 3; i++) {
      if (tag(docId, i) == tag) {
        return true;
      }
    }
    return false;
  }

  private static void appendRow(RowBatch batch, int docId) {
    batch.column(0).appendLong(unique(docId));
    if (isNull(docId)) {
      batch.column(1).appendNull();
    } else {
      batch.column(1).append(new Value.StringValue(name(docId)));
    }
    batch.column(2).appendDouble(docId / 4d);
    batch.column(3).append(new Value.StringValue(text(docId)));
    for (int tag = 0; tag <= docId % 3; tag++) {
      batch.column(4).appendInt(tag(docId, tag));
    }
    batch.column(4).endRow();
    batch.endRow(10L * docId);
  }

  private static long unique(int docId) {
    return docId * 0x9E3779B97F4A7C15L;
  }

  private static boolean isNull(int docId) {
    return docId % 7 == 0;
  }

  private static String name(int docId) {
    return "name-" + docId % (1 + docId / 50);
  }

  private static String text(int docId) {
    return "the text of row " + docId;
  }

  private static int tag(int docId, int tag) {
    return (docId / 100 + tag) * 17;
  }

  /** Blocks at the end of the view, where the writer is near, as often as anywhere. */
  private static DocIdBlock anyBlock(int rows, SeededRandom random) {
    DocIdBlock docs = new DocIdBlock();
    int count = Math.min(rows, random.between(1, 1000));
    docs.setRange(random.chance(0.5) ? rows - count : random.between(0, rows - count), count);
    return docs;
  }

  /** Some rows of a run. */
  private static DocIdBlock listIn(DocIdBlock run, SeededRandom random) {
    DocIdBlock list = new DocIdBlock();
    int listed = 0;
    double chance = random.oneOf(List.of(0.01, 0.1, 0.9));
    for (int i = 0; i < run.count(); i++) {
      if (random.chance(chance)) {
        list.docIds()[listed++] = run.docId(i);
      }
    }
    list.setList(listed);
    return list;
  }

  private static void expect(long found, long expected) {
    if (found != expected) {
      throw new AssertionError("found %d, expected %d".formatted(found, expected));
    }
  }
}
