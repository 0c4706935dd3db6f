package io.gamay.query.wire;

import io.gamay.query.merge.AggregateStates;
import io.gamay.query.merge.GroupLoss;
import io.gamay.query.merge.PartialResult;
import io.gamay.query.merge.PartialResult.FinishedGroups;
import io.gamay.query.merge.PartialResult.Groups;
import io.gamay.query.merge.PartialResult.SelectedRows;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import java.util.Arrays;
import java.util.List;

/** Partial results as bytes. */
final class PartialResultCodec {

  private static final int ROWS = 0;
  private static final int GROUPS = 1;
  private static final int FINISHED_GROUPS = 2;

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
        out.list(groups.states(), StatesCodec::write);
        writeLoss(out, groups.loss());
      }
      case FinishedGroups groups -> {
        out.tag(FINISHED_GROUPS);
        out.count(groups.groupCount());
        out.list(groups.keys(), VectorCodec::write);
        out.list(groups.aggregates(), VectorCodec::write);
        writeLoss(out, groups.loss());
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
      case FINISHED_GROUPS ->
          new FinishedGroups(
              groupCount(in), in.list(VectorCodec::read), in.list(VectorCodec::read), readLoss(in));
      default -> throw new WireFormatException("unknown partial result " + tag);
    };
  }

  private static Groups readGroups(WireReader in) {
    int groups = groupCount(in);
    List<Vector> keys = in.list(VectorCodec::read);
    List<AggregateStates> states = in.list(StatesCodec::read);
    return new Groups(groups, keys, states).withLoss(readLoss(in));
  }

  private static void writeLoss(WireWriter out, GroupLoss loss) {
    out.bool(loss.isLimited());
    out.bool(loss.isTrimmed());
  }

  private static GroupLoss readLoss(WireReader in) {
    return new GroupLoss(in.bool(), in.bool());
  }

  private static int groupCount(WireReader in) {
    long groups = in.counted();
    if (groups > Integer.MAX_VALUE) {
      throw new WireFormatException("%d groups".formatted(groups));
    }
    return (int) groups;
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
}
