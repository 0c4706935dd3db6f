package io.gamay.query.wire;

import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DecimalSumStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.DoubleSumStates;
import io.gamay.query.merge.ExtremeStates;
import io.gamay.query.merge.IntegerSumStates;
import io.gamay.query.merge.MultisetStates;
import io.gamay.query.merge.RangeStates;
import io.gamay.query.merge.SketchStates;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import java.util.List;
import org.roaringbitmap.IntIterator;

/** States of aggregations as bytes: kind | version | what the kind says. */
final class StatesCodec {

  private static final int COUNTS = 0;
  private static final int INTEGER_SUMS = 1;
  private static final int DOUBLE_SUMS = 2;
  private static final int DECIMAL_SUMS = 3;
  private static final int EXTREMES = 4;
  private static final int DISTINCTS = 5;

  private static final int RANGES = 6;
  private static final int MULTISETS = 7;
  private static final int SKETCHES = 8;

  /** Of every kind, until one changes. */
  private static final int VERSION = 1;

  private StatesCodec() {}

  static void write(WireWriter out, AggregateStates states) {
    int groups = states.groupCount();
    out.tag(kind(states));
    out.tag(VERSION);
    switch (states) {
      case CountStates counts -> {
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          out.unsigned(counts.counts()[group]);
        }
      }
      case IntegerSumStates sums -> {
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          out.signed(sums.highs()[group]);
          out.fixedLong(sums.lows()[group]);
          out.unsigned(sums.counts()[group]);
        }
      }
      case DoubleSumStates sums -> {
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          out.real(sums.sums()[group]);
          out.real(sums.errors()[group]);
          out.unsigned(sums.counts()[group]);
        }
      }
      case DecimalSumStates sums -> {
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          byte[] sum = BigDecimalCodec.encode(sums.sum(group));
          out.bytes(sum, 0, sum.length);
          out.unsigned(sums.count(group));
        }
      }
      case ExtremeStates extremes -> writeExtremes(out, extremes);
      case RangeStates ranges -> {
        writeExtremes(out, ranges.smallest());
        writeExtremes(out, ranges.largest());
      }
      case DistinctStates sets -> writeSets(out, sets);
      case MultisetStates multisets -> writeMultisets(out, multisets);
      case SketchStates<?> sketches -> writeSketches(out, sketches);
    }
  }

  private static int kind(AggregateStates states) {
    return switch (states) {
      case CountStates _ -> COUNTS;
      case IntegerSumStates _ -> INTEGER_SUMS;
      case DoubleSumStates _ -> DOUBLE_SUMS;
      case DecimalSumStates _ -> DECIMAL_SUMS;
      case ExtremeStates _ -> EXTREMES;
      case DistinctStates _ -> DISTINCTS;
      case RangeStates _ -> RANGES;
      case MultisetStates _ -> MULTISETS;
      case SketchStates<?> _ -> SKETCHES;
    };
  }

  private static void writeExtremes(WireWriter out, ExtremeStates extremes) {
    out.bool(extremes.isMax());
    VectorCodec.write(out, extremes.values());
  }

  /** The distinct values of each group as lists, then the count of each value. */
  private static void writeMultisets(WireWriter out, MultisetStates multisets) {
    VectorCodec.write(out, multisets.values());
    for (int group = 0; group < multisets.groupCount(); group++) {
      multisets.forEachCount(group, out::unsigned);
    }
  }

  /** The name and parameters of the kind, then the bytes of each group, none where it has none. */
  private static void writeSketches(WireWriter out, SketchStates<?> sketches) {
    out.text(sketches.kindName());
    out.list(sketches.parameters(), (writer, parameter) -> writer.signed(parameter));
    out.count(sketches.groupCount());
    for (int group = 0; group < sketches.groupCount(); group++) {
      byte[] sketch = sketches.bytes(group);
      out.bytes(sketch, 0, sketch.length);
    }
  }

  /** Members of a group as distances from one number to the next, the first from -1. */
  private static void writeSets(WireWriter out, DistinctStates sets) {
    VectorCodec.write(out, sets.values());
    out.count(sets.groupCount());
    for (int group = 0; group < sets.groupCount(); group++) {
      out.count(sets.set(group).getCardinality());
      int last = -1;
      IntIterator members = sets.set(group).getIntIterator();
      while (members.hasNext()) {
        int member = members.next();
        out.count(member - last);
        last = member;
      }
    }
  }

  static AggregateStates read(WireReader in) {
    int tag = in.tag();
    int version = in.tag();
    if (version != VERSION) {
      throw new WireFormatException(
          "aggregation states %d of version %d, only %d is known".formatted(tag, version, VERSION));
    }
    return switch (tag) {
      case COUNTS -> {
        CountStates states = new CountStates();
        int groups = in.count(1);
        states.ensureGroups(groups);
        for (int group = 0; group < groups; group++) {
          states.counts()[group] = in.counted();
        }
        yield states;
      }
      case INTEGER_SUMS -> {
        IntegerSumStates states = new IntegerSumStates();
        int groups = in.count(2 + Long.BYTES);
        states.ensureGroups(groups);
        for (int group = 0; group < groups; group++) {
          states.highs()[group] = in.signed();
          states.lows()[group] = in.fixedLong();
          states.counts()[group] = in.counted();
        }
        yield states;
      }
      case DOUBLE_SUMS -> {
        DoubleSumStates states = new DoubleSumStates();
        int groups = in.count(1 + 2 * Double.BYTES);
        states.ensureGroups(groups);
        for (int group = 0; group < groups; group++) {
          states.sums()[group] = in.real();
          states.errors()[group] = in.real();
          states.counts()[group] = in.counted();
        }
        yield states;
      }
      case DECIMAL_SUMS -> {
        DecimalSumStates states = new DecimalSumStates();
        int groups = in.count(2 + Integer.BYTES);
        states.ensureGroups(groups);
        for (int group = 0; group < groups; group++) {
          byte[] sum = in.bytes();
          states.add(group, DecimalBytes.decode(sum, 0, sum.length), in.counted());
        }
        yield states;
      }
      case EXTREMES -> readExtremes(in);
      case DISTINCTS -> readSets(in);
      case RANGES -> readRanges(in);
      case MULTISETS -> readMultisets(in);
      case SKETCHES -> readSketches(in);
      default -> throw new WireFormatException("unknown aggregation states " + tag);
    };
  }

  private static ExtremeStates readExtremes(WireReader in) {
    boolean isMax = in.bool();
    Vector values = readSingles(in);
    ExtremeStates states = new ExtremeStates(values.type(), isMax);
    states.ensureGroups(values.rowCount());
    for (int group = 0; group < values.rowCount(); group++) {
      if (!values.isNull(group)) {
        states.add(group, values, group);
      }
    }
    return states;
  }

  private static DistinctStates readSets(WireReader in) {
    Vector values = readSingles(in);
    StoredType type = values.type();
    if (values.hasNulls()) {
      throw new WireFormatException("NULL among distinct values of " + type);
    }
    DistinctStates states = new DistinctStates(type);
    states.numberAll(values);
    int groups = in.count(1);
    states.ensureGroups(groups);
    for (int group = 0; group < groups; group++) {
      int members = in.count(1);
      long member = -1;
      for (int index = 0; index < members; index++) {
        long distance = in.counted();
        member += distance;
        if (distance == 0 || member < 0 || member >= values.rowCount()) {
          throw new WireFormatException(
              "member %d of %d distinct values".formatted(member, values.rowCount()));
        }
        states.add(group, values, (int) member);
      }
    }
    return states;
  }

  private static RangeStates readRanges(WireReader in) {
    ExtremeStates smallest = readExtremes(in);
    ExtremeStates largest = readExtremes(in);
    boolean fits =
        !smallest.isMax()
            && largest.isMax()
            && smallest.type() == largest.type()
            && smallest.groupCount() == largest.groupCount();
    for (int group = 0; fits && group < smallest.groupCount(); group++) {
      fits = smallest.isEmpty(group) == largest.isEmpty(group);
    }
    if (!fits) {
      throw new WireFormatException("smallest and largest values do not fit together");
    }
    return new RangeStates(smallest, largest);
  }

  private static MultisetStates readMultisets(WireReader in) {
    Vector values = VectorCodec.read(in);
    if (!values.isList() || values.hasNulls()) {
      throw new WireFormatException("multisets that are no lists of values");
    }
    MultisetStates states = new MultisetStates(values.type());
    states.ensureGroups(values.rowCount());
    for (int group = 0; group < values.rowCount(); group++) {
      for (int value = values.listStart(group); value < values.listEnds()[group]; value++) {
        long count = in.counted();
        if (count == 0) {
          throw new WireFormatException("value in a multiset without count");
        }
        states.add(group, values, value, count);
      }
    }
    states.settle();
    return states;
  }

  private static SketchStates<?> readSketches(WireReader in) {
    String kind = in.text();
    List<Integer> parameters = in.list(WireReader::signedInt);
    int groups = in.count(1);
    try {
      SketchStates<?> states = SketchStates.of(kind, parameters);
      states.ensureGroups(groups);
      for (int group = 0; group < groups; group++) {
        states.setBytes(group, in.bytes());
      }
      states.settle();
      return states;
    } catch (WireFormatException e) {
      throw e;
    } catch (RuntimeException e) {
      // The library of sketches fails in many ways on bytes that are none.
      throw new WireFormatException("no %s sketch: %s".formatted(kind, e));
    }
  }

  private static Vector readSingles(WireReader in) {
    Vector values = VectorCodec.read(in);
    if (values.isList()) {
      throw new WireFormatException("lists as aggregation states");
    }
    return values;
  }
}
