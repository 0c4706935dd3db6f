package io.gamay.query.wire;

import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.ArraySumStates;
import io.gamay.query.merge.CoMomentStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DecimalSumStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.DoubleSumStates;
import io.gamay.query.merge.ExtremeStates;
import io.gamay.query.merge.FirstRowStates;
import io.gamay.query.merge.FunnelEventStates;
import io.gamay.query.merge.FunnelStates;
import io.gamay.query.merge.HistogramStates;
import io.gamay.query.merge.IntegerSumStates;
import io.gamay.query.merge.MomentStates;
import io.gamay.query.merge.MultisetStates;
import io.gamay.query.merge.RangeStates;
import io.gamay.query.merge.RowListStates;
import io.gamay.query.merge.SketchSetStates;
import io.gamay.query.merge.SketchStates;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import java.util.ArrayList;
import java.util.Arrays;
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
  private static final int MOMENTS = 9;
  private static final int CO_MOMENTS = 10;
  private static final int FIRST_ROWS = 11;
  private static final int ROW_LISTS = 12;
  private static final int FUNNELS = 13;
  private static final int HISTOGRAMS = 14;
  private static final int ARRAY_SUMS = 15;
  private static final int FUNNEL_EVENTS = 16;
  private static final int SKETCH_SETS = 17;

  /** Of every kind. */
  private static final int VERSION = 2;

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
      case MomentStates moments -> writeFields(out, groups, MomentStates.FIELDS, moments::field);
      case CoMomentStates pairs -> writeFields(out, groups, CoMomentStates.FIELDS, pairs::field);
      case FirstRowStates rows -> writeFirstRows(out, rows);
      case RowListStates lists -> writeLists(out, lists);
      case FunnelStates funnels -> {
        out.count(funnels.steps());
        writeSets(out, funnels.sets());
      }
      case HistogramStates histograms -> writeHistograms(out, histograms);
      case ArraySumStates lists -> writeArraySums(out, lists);
      case FunnelEventStates events -> writeFunnelEvents(out, events);
      case SketchSetStates sets -> {
        out.count(sets.width());
        writeSketches(out, sets.sketches());
      }
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
      case MomentStates _ -> MOMENTS;
      case CoMomentStates _ -> CO_MOMENTS;
      case FirstRowStates _ -> FIRST_ROWS;
      case RowListStates _ -> ROW_LISTS;
      case FunnelStates _ -> FUNNELS;
      case HistogramStates _ -> HISTOGRAMS;
      case ArraySumStates _ -> ARRAY_SUMS;
      case FunnelEventStates _ -> FUNNEL_EVENTS;
      case SketchSetStates _ -> SKETCH_SETS;
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
    return read(in.tag(), in);
  }

  private static AggregateStates read(int tag, WireReader in) {
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
      case MOMENTS -> {
        MomentStates states = new MomentStates();
        double[] of = readFields(in, MomentStates.FIELDS);
        states.ensureGroups(of.length / MomentStates.FIELDS);
        for (int at = 0; at < of.length; at += MomentStates.FIELDS) {
          states.add(
              at / MomentStates.FIELDS,
              of[at],
              of[at + 1],
              of[at + 2],
              of[at + 3],
              of[at + 4],
              of[at + 5]);
        }
        yield states;
      }
      case CO_MOMENTS -> {
        CoMomentStates states = new CoMomentStates();
        double[] of = readFields(in, CoMomentStates.FIELDS);
        states.ensureGroups(of.length / CoMomentStates.FIELDS);
        for (int at = 0; at < of.length; at += CoMomentStates.FIELDS) {
          int group = at / CoMomentStates.FIELDS;
          states.merge(
              group,
              of[at],
              of[at + 1],
              of[at + 2],
              of[at + 3],
              of[at + 4],
              of[at + 5],
              of[at + 6],
              of[at + 7]);
        }
        yield states;
      }
      case FIRST_ROWS -> readFirstRows(in);
      case ROW_LISTS -> readLists(in);
      case FUNNELS -> readFunnels(in);
      case ARRAY_SUMS -> readArraySums(in);
      case FUNNEL_EVENTS -> readFunnelEvents(in);
      case SKETCH_SETS -> readSketchSets(in);
      case HISTOGRAMS -> readHistograms(in);
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
    } catch (RuntimeException | AssertionError e) {
      // The library of sketches fails in many ways on bytes that are none, asserts among them.
      throw new WireFormatException("no %s sketch: %s".formatted(kind, e));
    }
  }

  /** A field of a group's state. */
  private interface Field {
    double of(int group, int field);
  }

  private static void writeFields(WireWriter out, int groups, int fields, Field field) {
    out.count(groups);
    for (int group = 0; group < groups; group++) {
      for (int index = 0; index < fields; index++) {
        out.real(field.of(group, index));
      }
    }
  }

  /** The fields of group 0, then of group 1, ...; the first of each is a count. */
  private static double[] readFields(WireReader in, int fields) {
    double[] read = new double[in.count(fields * Double.BYTES) * fields];
    for (int index = 0; index < read.length; index++) {
      read[index] = in.real();
      if (index % fields == 0 && !(read[index] >= 0)) {
        throw new WireFormatException("not a count: " + read[index]);
      }
    }
    return read;
  }

  /** The values, then each row's place in the order. */
  private static void writeFirstRows(WireWriter out, FirstRowStates rows) {
    VectorCodec.write(out, rows.values());
    for (int group = 0; group < rows.groupCount(); group++) {
      byte[] key = rows.key(group);
      out.bytes(key, 0, key.length);
    }
  }

  private static FirstRowStates readFirstRows(WireReader in) {
    Vector values = readSingles(in);
    List<byte[]> keys = new ArrayList<>();
    for (int group = 0; group < values.rowCount(); group++) {
      byte[] key = in.bytes();
      if (values.isNull(group) != (key.length == 0)) {
        throw new WireFormatException("a row's value and its place do not fit together");
      }
      keys.add(key);
    }
    return FirstRowStates.of(values, keys);
  }

  /** The number of values of each group, all values, then the partition and offset of each. */
  private static void writeLists(WireWriter out, RowListStates lists) {
    out.count(lists.groupCount());
    for (int group = 0; group < lists.groupCount(); group++) {
      out.count(lists.count(group));
    }
    Vector values = lists.ordered();
    VectorCodec.write(out, values);
    for (int index = 0; index < values.rowCount(); index++) {
      out.signed(lists.partition(index));
      out.signed(lists.offset(index));
    }
  }

  private static RowListStates readLists(WireReader in) {
    int[] counts = new int[in.count(1)];
    long total = 0;
    for (int group = 0; group < counts.length; group++) {
      counts[group] = in.count(1);
      total += counts[group];
    }
    Vector values = readSingles(in);
    if (values.rowCount() != total || values.hasNulls()) {
      throw new WireFormatException("%d values in lists of %d".formatted(values.rowCount(), total));
    }
    RowListStates states = new RowListStates(values.type());
    states.ensureGroups(counts.length);
    int value = 0;
    for (int group = 0; group < counts.length; group++) {
      for (int index = 0; index < counts[group]; index++) {
        states.add(group, in.signedInt(), in.signed(), values, value++);
      }
    }
    return states;
  }

  private static FunnelStates readFunnels(WireReader in) {
    int steps = in.count(1);
    try {
      return new FunnelStates(steps, readSets(in));
    } catch (IllegalArgumentException e) {
      throw new WireFormatException("no funnel: " + e.getMessage());
    }
  }

  /** The edges of the bins, then the counts of each group. */
  private static void writeHistograms(WireWriter out, HistogramStates histograms) {
    double[] edges = histograms.edges();
    out.count(edges.length);
    for (double edge : edges) {
      out.real(edge);
    }
    out.count(histograms.groupCount());
    int counts = histograms.groupCount() * (edges.length - 1);
    for (int index = 0; index < counts; index++) {
      out.unsigned(histograms.counts()[index]);
    }
  }

  private static HistogramStates readHistograms(WireReader in) {
    double[] edges = new double[in.count(Double.BYTES)];
    for (int edge = 0; edge < edges.length; edge++) {
      edges[edge] = in.real();
    }
    HistogramStates states;
    try {
      states = new HistogramStates(edges);
    } catch (IllegalArgumentException e) {
      throw new WireFormatException("no histogram: " + e.getMessage());
    }
    int bins = edges.length - 1;
    int groups = in.count(bins);
    states.ensureGroups(groups);
    for (int index = 0; index < groups * bins; index++) {
      states.counts()[index] = in.counted();
    }
    return states;
  }

  /** The type, the length of each group's list, then the sums of all as states of their own. */
  private static void writeArraySums(WireWriter out, ArraySumStates lists) {
    out.code(lists.type());
    out.count(lists.groupCount());
    for (int group = 0; group < lists.groupCount(); group++) {
      out.count(lists.length(group));
    }
    write(out, lists.ordered());
  }

  private static ArraySumStates readArraySums(WireReader in) {
    StoredType type = in.code(StoredType.values());
    int[] lengths = new int[in.count(1)];
    for (int group = 0; group < lengths.length; group++) {
      lengths[group] = in.count(1);
    }
    int kind = in.tag();
    if (kind != INTEGER_SUMS && kind != DOUBLE_SUMS) {
      throw new WireFormatException("states %d in sums of lists".formatted(kind));
    }
    AggregateStates sums = read(kind, in);
    if (Arrays.stream(lengths).asLongStream().sum() != sums.groupCount()) {
      throw new WireFormatException("%d sums for other lists".formatted(sums.groupCount()));
    }
    try {
      return ArraySumStates.of(type, lengths, sums);
    } catch (IllegalArgumentException e) {
      throw new WireFormatException("no sums of lists: " + e.getMessage());
    }
  }

  /** Steps, whether all rows are events, the events of each group, then time and step of each. */
  private static void writeFunnelEvents(WireWriter out, FunnelEventStates events) {
    out.count(events.steps());
    out.bool(events.keepsAll());
    out.count(events.groupCount());
    int index = 0;
    for (int group = 0; group < events.groupCount(); group++) {
      out.count(events.count(group));
      for (int event = 0; event < events.count(group); event++, index++) {
        out.signed(events.time(index));
        out.count(events.step(index) + 1);
      }
    }
  }

  private static FunnelEventStates readFunnelEvents(WireReader in) {
    long steps = in.counted();
    boolean keepsAll = in.bool();
    int groups = in.count(1);
    if (steps < 1 || steps > Short.MAX_VALUE) {
      throw new WireFormatException("funnel of %d steps".formatted(steps));
    }
    FunnelEventStates states = new FunnelEventStates((int) steps, keepsAll);
    states.ensureGroups(groups);
    for (int group = 0; group < groups; group++) {
      int count = in.count(2);
      for (int event = 0; event < count; event++) {
        long time = in.signed();
        long step = in.counted() - 1;
        if (step >= steps) {
          throw new WireFormatException("step %d of %d".formatted(step, steps));
        }
        states.add(group, time, (int) step);
      }
    }
    states.settle();
    return states;
  }

  private static SketchSetStates readSketchSets(WireReader in) {
    int width = in.count(1);
    SketchStates<?> sketches = readSketches(in);
    try {
      return SketchSetStates.of(width, sketches);
    } catch (IllegalArgumentException e) {
      throw new WireFormatException("no sets of sketches: " + e.getMessage());
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
