package io.gamay.query.execute;

import io.gamay.query.evaluate.Block;
import io.gamay.query.evaluate.BlockExpression;
import io.gamay.query.evaluate.DictionaryValues;
import io.gamay.query.evaluate.ExpressionCompiler;
import io.gamay.query.evaluate.SegmentLeaves;
import io.gamay.query.plan.SortKey;
import io.gamay.query.plan.TypedExpression.ColumnReference;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.StoredType;
import java.util.Optional;
import org.roaringbitmap.RoaringBitmap;

/**
 * A sort key as numbers: of two rows of this segment the one with the smaller code comes first;
 * equal codes tell nothing. Codes are dictIds where the dictionary is sorted, else made of the
 * values. One thread.
 */
final class SortCodes {

  private final SortKey order;
  private final BlockExpression values;

  /** The column, if the key is one. */
  private final Optional<ColumnReader> column;

  private final Optional<RoaringBitmap> nulls;
  private final boolean usesDictIds;
  private final int[] dictIds = new int[DocIdBlock.MAX_DOCS];

  private SortCodes(
      SortKey order,
      BlockExpression values,
      Optional<ColumnReader> column,
      Optional<RoaringBitmap> nulls) {
    this.order = order;
    this.values = values;
    this.column = column;
    this.nulls = nulls;
    this.usesDictIds =
        column
            .flatMap(ColumnReader::dictionary)
            .filter(dictionary -> dictionary.isSorted())
            .filter(dictionary -> !DictionaryValues.mayHoldEqualValues(dictionary))
            .isPresent();
  }

  static SortCodes of(SortKey order, ExpressionCompiler expressions, SegmentLeaves leaves) {
    Optional<ColumnReader> column =
        order.expression() instanceof ColumnReference reference
            ? leaves.reader(reference)
            : Optional.empty();
    return new SortCodes(
        order,
        expressions.compile(order.expression()),
        column,
        column.map(ColumnReader::nulls).filter(_ -> order.expression().isNullable()));
  }

  /** The codes of a block's rows, into {@code codes[0, block.count())}. */
  void read(Block block, long[] codes) {
    if (usesDictIds) {
      readDictIds(block, codes);
    } else {
      readValues(block, codes);
    }
  }

  private void readDictIds(Block block, long[] codes) {
    block.readDictIds(column.orElseThrow(), dictIds);
    long turn = order.descending() ? -1 : 0;
    for (int row = 0; row < block.count(); row++) {
      codes[row] = dictIds[row] ^ turn;
    }
    if (nulls.isPresent() && !nulls.get().isEmpty()) {
      for (int row = 0; row < block.count(); row++) {
        codes[row] = nulls.get().contains(block.docId(row)) ? nullCode() : codes[row];
      }
    }
  }

  private void readValues(Block block, long[] codes) {
    Vector vector = values.evaluate(block);
    for (int row = 0; row < block.count(); row++) {
      codes[row] = vector.isNull(row) ? nullCode() : turned(code(vector, row));
    }
  }

  private long nullCode() {
    return order.nullsFirst() ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  private long turned(long code) {
    return order.descending() ? ~code : code;
  }

  private static long code(Vector vector, int row) {
    return switch (vector.type()) {
      case INT -> vector.ints()[row];
      case LONG -> vector.longs()[row];
      case FLOAT -> ofDouble(vector.floats()[row]);
      case DOUBLE -> ofDouble(vector.doubles()[row]);
      case STRING, BYTES -> ofPrefix(vector.bytes(), row);
      case BIG_DECIMAL -> 0;
    };
  }

  private static long ofDouble(double value) {
    long bits = Double.doubleToLongBits(Vector.canonical(value));
    return bits ^ (bits >> 63 & Long.MAX_VALUE);
  }

  /** The first eight bytes, missing ones as 0. */
  private static long ofPrefix(BytesBlock bytes, int row) {
    int start = bytes.start(row);
    int length = Math.min(Long.BYTES, bytes.end(row) - start);
    long prefix = 0;
    for (int index = 0; index < length; index++) {
      prefix = prefix << Byte.SIZE | (bytes.bytes()[start + index] & 0xff);
    }
    int missing = (Long.BYTES - length) * Byte.SIZE;
    return (missing == Long.SIZE ? 0 : prefix << missing) ^ Long.MIN_VALUE;
  }

  /**
   * For each zone the smallest code that a row in it may have; empty where no bounds are known, and
   * where rows are NULL, which bounds do not tell.
   */
  Optional<long[]> bestOfZones() {
    Optional<ZoneMapReader> zones = column.flatMap(ColumnReader::zoneMap);
    boolean hasNulls = nulls.isPresent() && !nulls.get().isEmpty();
    if (zones.isEmpty() || hasNulls) {
      return Optional.empty();
    }
    long[] best = new long[zones.get().zoneCount()];
    for (int zone = 0; zone < best.length; zone++) {
      best[zone] = turned(bound(zones.get(), zone));
    }
    return Optional.of(best);
  }

  private long bound(ZoneMapReader zones, int zone) {
    ColumnReader reader = column.orElseThrow();
    Optional<DictionaryReader> dictionary = reader.dictionary();
    StoredType type = reader.spec().storedType();
    if (dictionary.isEmpty()) {
      return type == StoredType.INT || type == StoredType.LONG
          ? (order.descending() ? zones.maxLong(zone) : zones.minLong(zone))
          : ofDouble(order.descending() ? zones.maxDouble(zone) : zones.minDouble(zone));
    }
    int dictId = order.descending() ? zones.maxDictId(zone) : zones.minDictId(zone);
    return usesDictIds ? dictId : ofDouble(dictionary.get().doubleAt(dictId));
  }
}
