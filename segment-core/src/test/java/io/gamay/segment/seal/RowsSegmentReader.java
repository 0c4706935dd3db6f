package io.gamay.segment.seal;

import io.gamay.segment.dictionary.StoredBytes;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.roaringbitmap.RoaringBitmap;

/**
 * A segment view over rows on the heap, as simple as can be. Its dictionaries are in order of
 * arrival, or shuffled and with values that no row has, as a view of a cut segment may have them.
 */
public final class RowsSegmentReader implements SegmentReader {

  private final String segmentName;
  private final TableSchema schema;
  private final OffsetRange offsets;
  private final List<TestRow> rows;
  private final Map<String, RowsColumn> columns = new HashMap<>();

  public RowsSegmentReader(
      String segmentName,
      TableSchema schema,
      OffsetRange offsets,
      List<TestRow> rows,
      Set<String> rawColumns) {
    this(segmentName, schema, offsets, rows, rawColumns, Optional.empty());
  }

  /**
   * @param shuffle how dictionaries get out of the order of arrival
   */
  public RowsSegmentReader(
      String segmentName,
      TableSchema schema,
      OffsetRange offsets,
      List<TestRow> rows,
      Set<String> rawColumns,
      Optional<RandomGenerator> shuffle) {
    this.segmentName = segmentName;
    this.schema = schema;
    this.offsets = offsets;
    this.rows = List.copyOf(rows);
    for (int column = 0; column < schema.columns().size(); column++) {
      ColumnSpec spec = schema.columns().get(column);
      columns.put(
          spec.name(), new RowsColumn(spec, column, rawColumns.contains(spec.name()), shuffle));
    }
  }

  @Override
  public String segmentName() {
    return segmentName;
  }

  @Override
  public int partition() {
    return 3;
  }

  @Override
  public TableSchema schema() {
    return schema;
  }

  @Override
  public int docCount() {
    return rows.size();
  }

  @Override
  public OffsetRange offsets() {
    return offsets;
  }

  @Override
  public boolean isMutable() {
    return true;
  }

  @Override
  public ColumnReader column(String name) {
    RowsColumn column = columns.get(name);
    if (column == null) {
      throw new IllegalArgumentException("no column " + name);
    }
    return column;
  }

  @Override
  public void readOffsets(DocIdBlock docs, long[] out) {
    for (int index = 0; index < docs.count(); index++) {
      out[index] = rows.get(docs.docId(index)).offset();
    }
  }

  @Override
  public int docCountBelow(long offset) {
    return (int) rows.stream().filter(row -> row.offset() < offset).count();
  }

  private final class RowsColumn implements ColumnReader {

    private final ColumnSpec spec;
    private final int column;
    private final boolean isRaw;
    private final RoaringBitmap nulls = new RoaringBitmap();
    private final List<Value> distinct;
    private final Map<Value, Integer> dictIdByValue = new HashMap<>();

    RowsColumn(ColumnSpec spec, int column, boolean isRaw, Optional<RandomGenerator> shuffle) {
      this.spec = spec;
      this.column = column;
      this.isRaw = isRaw;
      Set<Value> arrived = new LinkedHashSet<>();
      for (int docId = 0; docId < rows.size(); docId++) {
        arrived.addAll(cell(docId).values());
        if (cell(docId).isNull()) {
          nulls.add(docId);
        }
      }
      distinct = new ArrayList<>(arrived);
      shuffle.ifPresent(
          random -> {
            for (int extra = 0; extra < 5; extra++) {
              Value unused = RandomRows.value(random, spec.storedType());
              if (arrived.add(unused)) {
                distinct.add(unused);
              }
            }
            Collections.shuffle(distinct, random);
          });
      for (int dictId = 0; dictId < distinct.size(); dictId++) {
        dictIdByValue.put(distinct.get(dictId), dictId);
      }
    }

    private TestRow.Cell cell(int docId) {
      return rows.get(docId).cells().get(column);
    }

    private Value single(int docId) {
      return cell(docId).values().getFirst();
    }

    private int dictId(Value value) {
      return Optional.ofNullable(dictIdByValue.get(value)).orElseThrow();
    }

    @Override
    public ColumnSpec spec() {
      return spec;
    }

    @Override
    public ColumnStatistics statistics() {
      throw new UnsupportedOperationException("a seal counts for itself");
    }

    @Override
    public Optional<DictionaryReader> dictionary() {
      return isRaw ? Optional.empty() : Optional.of(new RowsDictionary(spec, distinct));
    }

    @Override
    public Optional<InvertedIndexReader> inverted() {
      return Optional.empty();
    }

    @Override
    public RoaringBitmap nulls() {
      return nulls;
    }

    @Override
    public void readDictIds(DocIdBlock docs, int[] out) {
      for (int index = 0; index < docs.count(); index++) {
        out[index] = dictId(single(docs.docId(index)));
      }
    }

    @Override
    public void readInts(DocIdBlock docs, int[] out) {
      for (int index = 0; index < docs.count(); index++) {
        out[index] = ((Value.IntValue) single(docs.docId(index))).value();
      }
    }

    @Override
    public void readLongs(DocIdBlock docs, long[] out) {
      for (int index = 0; index < docs.count(); index++) {
        out[index] = longOf(single(docs.docId(index)));
      }
    }

    @Override
    public void readFloats(DocIdBlock docs, float[] out) {
      for (int index = 0; index < docs.count(); index++) {
        out[index] = ((Value.FloatValue) single(docs.docId(index))).value();
      }
    }

    @Override
    public void readDoubles(DocIdBlock docs, double[] out) {
      for (int index = 0; index < docs.count(); index++) {
        out[index] = ((Value.DoubleValue) single(docs.docId(index))).value();
      }
    }

    @Override
    public void readBytes(DocIdBlock docs, BytesBlock out) {
      out.clear();
      for (int index = 0; index < docs.count(); index++) {
        append(single(docs.docId(index)), out);
      }
    }

    @Override
    public int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
      int[] target = out;
      int end = 0;
      for (int index = 0; index < docs.count(); index++) {
        for (Value value : cell(docs.docId(index)).values()) {
          if (end == target.length) {
            target = Arrays.copyOf(target, end * 2 + 1);
          }
          target[end++] = dictId(value);
        }
        ends[index] = end;
      }
      return target;
    }
  }

  private static void append(Value value, BytesBlock out) {
    byte[] bytes = StoredBytes.ofValue(value);
    int start = out.append(bytes.length);
    System.arraycopy(bytes, 0, out.bytes(), start, bytes.length);
  }

  private record RowsDictionary(ColumnSpec spec, List<Value> values) implements DictionaryReader {

    @Override
    public StoredType storedType() {
      return spec.storedType();
    }

    @Override
    public int cardinality() {
      return values.size();
    }

    @Override
    public boolean isSorted() {
      return false;
    }

    @Override
    public int intAt(int dictId) {
      return ((Value.IntValue) values.get(dictId)).value();
    }

    @Override
    public long longAt(int dictId) {
      return longOf(values.get(dictId));
    }

    @Override
    public float floatAt(int dictId) {
      return ((Value.FloatValue) values.get(dictId)).value();
    }

    @Override
    public double doubleAt(int dictId) {
      return ((Value.DoubleValue) values.get(dictId)).value();
    }

    @Override
    public void appendBytes(int dictId, BytesBlock out) {
      append(values.get(dictId), out);
    }

    @Override
    public Value valueAt(int dictId) {
      return values.get(dictId);
    }

    @Override
    public int indexOf(Value value) {
      return values.indexOf(value);
    }
  }

  private static long longOf(Value value) {
    return value instanceof Value.IntValue(int v) ? v : ((Value.LongValue) value).value();
  }
}
