package io.gamay.query.testing;

import io.gamay.query.vector.Vector;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.ColumnStatistics;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.InvertedIndexReader;
import io.gamay.segment.read.SegmentReader;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.roaringbitmap.RoaringBitmap;

/** A segment over rows on the heap, in any of the shapes that real segments come in. */
public final class RowsSegment implements SegmentReader {

  private final String name;
  private final TableSchema schema;
  private final List<Row> rows;
  private final Shape shape;
  private final Map<String, Column> columns = new HashMap<>();

  /**
   * @param rawColumns columns without a dictionary, multi-value ones excepted
   * @param sortedDictionaries as sealed segments have them; else in the order of first appearance
   * @param inverted whether dictionary columns have an inverted index
   * @param widened whether bounds are wider than the values, as a mutable segment's may be
   */
  public record Shape(
      Set<String> rawColumns, boolean sortedDictionaries, boolean inverted, boolean widened) {

    public static final Shape SEALED = new Shape(Set.of(), true, true, false);
    public static final Shape MUTABLE = new Shape(Set.of(), false, false, true);
  }

  public RowsSegment(String name, TableSchema schema, List<Row> rows, Shape shape) {
    this.name = name;
    this.schema = schema;
    this.rows = List.copyOf(rows);
    this.shape = shape;
    schema.columns().forEach(spec -> columns.put(spec.name(), new Column(spec)));
  }

  @Override
  public String segmentName() {
    return name;
  }

  @Override
  public int partition() {
    return rows.isEmpty() ? 0 : rows.get(0).partition();
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
    return rows.isEmpty()
        ? new OffsetRange(0, 0)
        : new OffsetRange(rows.get(0).offset(), rows.get(rows.size() - 1).offset() + 1);
  }

  @Override
  public boolean isMutable() {
    return shape.widened();
  }

  @Override
  public ColumnReader column(String columnName) {
    Column column = columns.get(columnName);
    if (column == null) {
      throw new IllegalArgumentException("no column " + columnName);
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

  private static byte[] bytesOf(Value value) {
    return switch (value) {
      case Value.StringValue(String v) -> v.getBytes(StandardCharsets.UTF_8);
      case Value.BytesValue(byte[] v) -> v;
      case Value.BigDecimalValue(var v) -> BigDecimalCodec.encode(v);
      case Value other -> throw new UnsupportedOperationException("bytes of " + other);
    };
  }

  private static void append(Value value, BytesBlock out) {
    byte[] bytes = bytesOf(value);
    int start = out.append(bytes.length);
    System.arraycopy(bytes, 0, out.bytes(), start, bytes.length);
  }

  private static long longOf(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> v;
      case Value.LongValue(long v) -> v;
      case Value other -> throw new UnsupportedOperationException("long of " + other);
    };
  }

  private static double doubleOf(Value value) {
    return switch (value) {
      case Value.IntValue(int v) -> v;
      case Value.LongValue(long v) -> (double) v;
      case Value.FloatValue(float v) -> v;
      case Value.DoubleValue(double v) -> v;
      case Value other -> throw new UnsupportedOperationException("double of " + other);
    };
  }

  private final class Column implements ColumnReader {

    private final ColumnSpec spec;
    private final List<List<Value>> values = new ArrayList<>();
    private final RoaringBitmap nulls = new RoaringBitmap();
    private final List<Value> distinct;
    private final Map<Value, Integer> dictIds = new HashMap<>();
    private final boolean hasDictionary;

    Column(ColumnSpec spec) {
      this.spec = spec;
      for (Row row : rows) {
        List<Value> value = row.values().get(spec.name());
        if (value == null) {
          nulls.add(values.size());
        }
        List<Value> present = value == null ? List.of(spec.defaultValue()) : value;
        values.add(present.stream().map(Vector::canonical).toList()); // as segments store them
      }
      hasDictionary = !spec.singleValue() || !shape.rawColumns().contains(spec.name());
      List<Value> all = values.stream().flatMap(List::stream).distinct().toList();
      distinct = new ArrayList<>(shape.sortedDictionaries() ? new TreeSet<>(all) : all);
      for (Value value : distinct) {
        dictIds.put(value, dictIds.size());
      }
    }

    private Value at(DocIdBlock docs, int index) {
      if (!spec.singleValue()) {
        throw new UnsupportedOperationException("single value of " + spec.name());
      }
      return values.get(docs.docId(index)).get(0);
    }

    private int idOf(Value value) {
      return Optional.ofNullable(dictIds.get(value)).orElseThrow();
    }

    @Override
    public ColumnSpec spec() {
      return spec;
    }

    @Override
    public ColumnStatistics statistics() {
      Comparator<Value> order = Comparator.naturalOrder();
      boolean sorted = spec.singleValue();
      for (int row = 1; row < values.size() && sorted; row++) {
        sorted = values.get(row - 1).get(0).compareTo(values.get(row).get(0)) <= 0;
      }
      return new ColumnStatistics(
          distinct.stream().min(order).map(min -> shape.widened() ? widened(min, -1) : min),
          distinct.stream().max(order).map(max -> shape.widened() ? widened(max, 1) : max),
          hasDictionary ? distinct.size() : -1,
          sorted,
          nulls.getLongCardinality(),
          values.stream().mapToLong(List::size).sum());
    }

    private static Value widened(Value value, int by) {
      return switch (value) {
        case Value.IntValue(int v) when v != Integer.MIN_VALUE && v != Integer.MAX_VALUE ->
            new Value.IntValue(v + by);
        case Value.LongValue(long v) when v != Long.MIN_VALUE && v != Long.MAX_VALUE ->
            new Value.LongValue(v + by);
        case Value.StringValue(String v) when by > 0 -> new Value.StringValue(v + "~");
        case Value other -> other;
      };
    }

    @Override
    public Optional<DictionaryReader> dictionary() {
      return hasDictionary ? Optional.of(new Dictionary()) : Optional.empty();
    }

    @Override
    public Optional<InvertedIndexReader> inverted() {
      return hasDictionary && shape.inverted() ? Optional.of(new Inverted()) : Optional.empty();
    }

    /** Lists the rows of every other value only, as a sealed index may. */
    private final class Inverted implements InvertedIndexReader {

      @Override
      public int docCount(int dictId) {
        return docIdsOf(dictId).getCardinality();
      }

      @Override
      public Optional<RoaringBitmap> docIds(int dictId) {
        return dictId % 2 == 0 ? Optional.of(docIdsOf(dictId)) : Optional.empty();
      }
    }

    private RoaringBitmap docIdsOf(int dictId) {
      RoaringBitmap docIds = new RoaringBitmap();
      for (int docId = 0; docId < values.size(); docId++) {
        if (values.get(docId).contains(distinct.get(dictId))) {
          docIds.add(docId);
        }
      }
      return docIds;
    }

    @Override
    public RoaringBitmap nulls() {
      return nulls;
    }

    private static void requireAscending(DocIdBlock docs) {
      for (int index = 1; index < docs.count(); index++) {
        if (docs.docId(index) <= docs.docId(index - 1)) {
          throw new IllegalArgumentException("docIds are not ascending");
        }
      }
    }

    @Override
    public void readDictIds(DocIdBlock docs, int[] out) {
      requireAscending(docs);
      if (!hasDictionary) {
        throw new UnsupportedOperationException("dictIds of raw " + spec.name());
      }
      for (int index = 0; index < docs.count(); index++) {
        out[index] = idOf(at(docs, index));
      }
    }

    @Override
    public void readInts(DocIdBlock docs, int[] out) {
      requireAscending(docs);
      if (spec.storedType() != StoredType.INT) {
        throw new UnsupportedOperationException("ints of " + spec.name());
      }
      for (int index = 0; index < docs.count(); index++) {
        out[index] = (int) longOf(at(docs, index));
      }
    }

    @Override
    public void readLongs(DocIdBlock docs, long[] out) {
      requireAscending(docs);
      for (int index = 0; index < docs.count(); index++) {
        out[index] = longOf(at(docs, index));
      }
    }

    @Override
    public void readFloats(DocIdBlock docs, float[] out) {
      requireAscending(docs);
      for (int index = 0; index < docs.count(); index++) {
        out[index] = ((Value.FloatValue) at(docs, index)).value();
      }
    }

    @Override
    public void readDoubles(DocIdBlock docs, double[] out) {
      requireAscending(docs);
      for (int index = 0; index < docs.count(); index++) {
        out[index] = doubleOf(at(docs, index));
      }
    }

    @Override
    public void readBytes(DocIdBlock docs, BytesBlock out) {
      requireAscending(docs);
      out.clear();
      for (int index = 0; index < docs.count(); index++) {
        append(at(docs, index), out);
      }
    }

    @Override
    public int[] readMultiDictIds(DocIdBlock docs, int[] ends, int[] out) {
      requireAscending(docs);
      if (spec.singleValue()) {
        throw new UnsupportedOperationException("lists of " + spec.name());
      }
      int[] ids = out;
      int count = 0;
      for (int index = 0; index < docs.count(); index++) {
        for (Value value : values.get(docs.docId(index))) {
          if (count == ids.length) {
            ids = Arrays.copyOf(ids, Math.max(16, count * 2));
          }
          ids[count++] = idOf(value);
        }
        ends[index] = count;
      }
      return ids;
    }

    private final class Dictionary implements DictionaryReader {

      @Override
      public StoredType storedType() {
        return spec.storedType();
      }

      @Override
      public int cardinality() {
        return distinct.size();
      }

      @Override
      public boolean isSorted() {
        return shape.sortedDictionaries();
      }

      @Override
      public int intAt(int dictId) {
        return (int) longOf(distinct.get(dictId));
      }

      @Override
      public long longAt(int dictId) {
        return longOf(distinct.get(dictId));
      }

      @Override
      public float floatAt(int dictId) {
        return ((Value.FloatValue) distinct.get(dictId)).value();
      }

      @Override
      public double doubleAt(int dictId) {
        return doubleOf(distinct.get(dictId));
      }

      @Override
      public void appendBytes(int dictId, BytesBlock out) {
        append(distinct.get(dictId), out);
      }

      @Override
      public Value valueAt(int dictId) {
        return distinct.get(dictId);
      }

      @Override
      public int indexOf(Value value) {
        Integer known = dictIds.get(value);
        if (known != null) {
          return known;
        }
        if (!isSorted()) {
          return -1;
        }
        long below = distinct.stream().filter(other -> other.compareTo(value) < 0).count();
        return (int) -below - 1;
      }
    }
  }
}
