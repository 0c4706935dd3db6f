package io.gamay.query.wire;

import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.CountStates;
import io.gamay.query.merge.DecimalSumStates;
import io.gamay.query.merge.DistinctStates;
import io.gamay.query.merge.DoubleSumStates;
import io.gamay.query.merge.ExtremeStates;
import io.gamay.query.merge.IntegerSumStates;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.BigDecimalCodec;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.IntIterator;

/** Partial results as bytes. */
final class PartialResultCodec {

  private static final int ROWS = 0;
  private static final int GROUPS = 1;

  private static final int COUNTS = 0;
  private static final int INTEGER_SUMS = 1;
  private static final int DOUBLE_SUMS = 2;
  private static final int DECIMAL_SUMS = 3;
  private static final int EXTREMES = 4;
  private static final int DISTINCTS = 5;

  private PartialResultCodec() {}

  static void write(WireWriter out, PartialResult result) {
    switch (result) {
      case SelectedRows rows -> {
        out.tag(ROWS);
        out.count(rows.rowCount());
        VectorCodec.writeStrings(out, rows.order());
        out.list(rows.columns(), VectorCodec::write);
      }
      case Groups groups -> {
        out.tag(GROUPS);
        out.count(groups.groupCount());
        out.list(groups.keys(), VectorCodec::write);
        out.list(groups.states(), PartialResultCodec::writeStates);
      }
    }
  }

  static PartialResult read(WireReader in) {
    int tag = in.tag();
    return switch (tag) {
      case ROWS -> {
        int rows = in.count(1);
        BytesBlock order = new BytesBlock(0, rows);
        VectorCodec.readStrings(in, order, rows);
        requireAscending(order);
        yield new SelectedRows(order, in.list(VectorCodec::read));
      }
      case GROUPS -> readGroups(in);
      default -> throw new WireFormatException("unknown partial result " + tag);
    };
  }

  private static Groups readGroups(WireReader in) {
    long groups = in.counted();
    if (groups > Integer.MAX_VALUE) {
      throw new WireFormatException("%d groups".formatted(groups));
    }
    List<Vector> keys = in.list(VectorCodec::read);
    List<AggregateStates> states = in.list(PartialResultCodec::readStates);
    return new Groups((int) groups, keys, states);
  }

  private static void requireAscending(BytesBlock order) {
    byte[] bytes = order.bytes();
    for (int row = 1; row < order.count(); row++) {
      int sign =
          Arrays.compareUnsigned(
              bytes,
              order.start(row - 1),
              order.end(row - 1),
              bytes,
              order.start(row),
              order.end(row));
      if (sign >= 0) {
        throw new WireFormatException("rows out of order at row " + row);
      }
    }
  }

  private static void writeStates(WireWriter out, AggregateStates states) {
    int groups = states.groupCount();
    switch (states) {
      case CountStates counts -> {
        out.tag(COUNTS);
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          out.unsigned(counts.counts()[group]);
        }
      }
      case IntegerSumStates sums -> {
        out.tag(INTEGER_SUMS);
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          out.signed(sums.highs()[group]);
          out.fixedLong(sums.lows()[group]);
          out.unsigned(sums.counts()[group]);
        }
      }
      case DoubleSumStates sums -> {
        out.tag(DOUBLE_SUMS);
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          out.real(sums.sums()[group]);
          out.real(sums.errors()[group]);
          out.unsigned(sums.counts()[group]);
        }
      }
      case DecimalSumStates sums -> {
        out.tag(DECIMAL_SUMS);
        out.count(groups);
        for (int group = 0; group < groups; group++) {
          byte[] sum = BigDecimalCodec.encode(sums.sum(group));
          out.bytes(sum, 0, sum.length);
          out.unsigned(sums.count(group));
        }
      }
      case ExtremeStates extremes -> {
        out.tag(EXTREMES);
        out.bool(extremes.isMax());
        VectorCodec.write(out, extremes.values());
      }
      case DistinctStates sets -> writeSets(out, sets);
    }
  }

  /** Members of a group as distances from one number to the next, the first from -1. */
  private static void writeSets(WireWriter out, DistinctStates sets) {
    out.tag(DISTINCTS);
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

  private static AggregateStates readStates(WireReader in) {
    int tag = in.tag();
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

  private static Vector readSingles(WireReader in) {
    Vector values = VectorCodec.read(in);
    if (values.isList()) {
      throw new WireFormatException("lists as aggregation states");
    }
    return values;
  }
}
