package io.gamay.benchmarks.mutable;

import io.gamay.segment.mutable.MutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.row.RowBatch;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Set;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;
import org.openjdk.jcstress.infra.results.III_Result;

/**
 * A row comes to a segment that has one: who sees two rows sees all of the second, who sees one
 * sees nothing of it. Run by hand with jcstress, see {@code docs/concurrency.md}.
 */
public final class PublishStress {

  private static final TableSchema SCHEMA =
      new TableSchema(
          "t",
          1,
          List.of(
              ColumnSpec.dimension("number", DataType.LONG),
              ColumnSpec.dimension("name", DataType.STRING),
              ColumnSpec.dimension("tags", DataType.INT).asMultiValue()));
  private static final EncodingDecisions ENCODING =
      new EncodingDecisions(1, Set.of(), Set.of("name", "tags"));
  private static final RowBatch FIRST = row(0, 7, 5);
  private static final RowBatch SECOND = row(1, 42, 9);

  private PublishStress() {}

  private static RowBatch row(int docId, long number, int tag) {
    RowBatch batch = new RowBatch(SCHEMA);
    batch.column(0).appendLong(number);
    if (docId == 0) {
      batch.column(1).append(new Value.StringValue("a"));
    } else {
      batch.column(1).appendNull();
    }
    for (int i = 0; i <= docId; i++) {
      batch.column(2).appendInt(tag + i);
    }
    batch.column(2).endRow();
    batch.endRow(docId);
    return batch;
  }

  /** A segment with one row, and its writer. */
  static class OneRow {
    final MutableSegment segment = new MutableSegment("t__0__0__0", 0, SCHEMA, ENCODING, 0);

    OneRow() {
      segment.append(FIRST);
      segment.publish(1);
    }

    void write() {
      segment.append(SECOND);
      segment.publish(2);
    }
  }

  /** Rows, end offset, value of the last row, end of its list. */
  @JCStressTest
  @Outcome(id = "1, 1, 7, 1", expect = Expect.ACCEPTABLE, desc = "before")
  @Outcome(id = "2, 2, 42, 3", expect = Expect.ACCEPTABLE, desc = "after")
  @Outcome(expect = Expect.FORBIDDEN, desc = "a part of the second row")
  @State
  public static class Values extends OneRow {
    @Actor
    public void writer() {
      write();
    }

    @Actor
    public void reader(IIII_Result result) {
      SegmentReader view = segment.snapshot();
      DocIdBlock docs = new DocIdBlock();
      docs.setRange(0, view.docCount());
      long[] numbers = new long[2];
      view.column("number").readLongs(docs, numbers);
      int[] ends = new int[2];
      int[] unused = view.column("tags").readMultiDictIds(docs, ends, new int[4]);
      result.r1 = view.docCount();
      result.r2 = (int) view.offsets().end();
      result.r3 = (int) numbers[view.docCount() - 1];
      result.r4 = ends[view.docCount() - 1];
    }

    @Arbiter
    public void end(IIII_Result result) {
      segment.close();
    }
  }

  /** Rows, dictId of the second row's number, and that dictId's value. */
  @JCStressTest
  @Outcome(id = "1, -1, 0", expect = Expect.ACCEPTABLE, desc = "before")
  @Outcome(id = "2, 1, 42", expect = Expect.ACCEPTABLE, desc = "after")
  @Outcome(expect = Expect.FORBIDDEN, desc = "an entry without its row, or a row without it")
  @State
  public static class Entries extends OneRow {
    @Actor
    public void writer() {
      write();
    }

    @Actor
    public void reader(III_Result result) {
      SegmentReader view = segment.snapshot();
      DictionaryReader numbers = view.column("number").dictionary().orElseThrow();
      result.r1 = view.docCount();
      result.r2 = numbers.indexOf(new Value.LongValue(42));
      result.r3 = result.r2 < 0 ? 0 : (int) numbers.longAt(result.r2);
    }

    @Arbiter
    public void end(III_Result result) {
      segment.close();
    }
  }

  /** Rows, null rows, rows by the postings of all names, rows by those of all tags. */
  @JCStressTest
  @Outcome(id = "1, 0, 1, 1", expect = Expect.ACCEPTABLE, desc = "before")
  @Outcome(id = "2, 1, 2, 3", expect = Expect.ACCEPTABLE, desc = "after")
  @Outcome(expect = Expect.FORBIDDEN, desc = "bits or postings that are not of the view")
  @State
  public static class NullsAndPostings extends OneRow {
    @Actor
    public void writer() {
      write();
    }

    @Actor
    public void reader(IIII_Result result) {
      SegmentReader view = segment.snapshot();
      result.r1 = view.docCount();
      result.r2 = view.column("name").nulls().getCardinality();
      result.r3 = listed(view.column("name"));
      result.r4 = listed(view.column("tags"));
    }

    @Arbiter
    public void end(IIII_Result result) {
      segment.close();
    }

    private static int listed(ColumnReader column) {
      int rows = 0;
      int cardinality = column.dictionary().orElseThrow().cardinality();
      for (int dictId = 0; dictId < cardinality; dictId++) {
        rows += column.inverted().orElseThrow().docCount(dictId);
      }
      return rows;
    }
  }
}
