package io.gamay.query.merge;

import io.gamay.query.plan.AggregateCall;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * All values, in the order of their rows: by partition and offset, within a row in the order of its
 * list. Arguments: the value or list, the partition, the offset. NULL is left out.
 */
public final class RowListStates implements RowStates, TypedStates {

  private final Vector values;
  private final GroupedEntries entries = new GroupedEntries(this::compare);
  private int[] partitions = new int[8];
  private long[] offsets = new long[8];

  public RowListStates(StoredType type) {
    this.values = Vector.of(type);
  }

  @Override
  public StoredType type() {
    return values.type();
  }

  @Override
  public int groupCount() {
    return entries.groupCount();
  }

  @Override
  public void ensureGroups(int needed) {
    entries.ensureGroups(needed);
  }

  @Override
  public void add(int group, List<Vector> arguments, int row) {
    Vector argument = arguments.get(0);
    if (argument.isNull(row)) {
      return;
    }
    int from = argument.isList() ? argument.listStart(row) : row;
    int end = argument.isList() ? argument.listEnds()[row] : row + 1;
    for (int value = from; value < end; value++) {
      add(group, arguments.get(1).ints()[row], arguments.get(2).longs()[row], argument, value);
    }
  }

  /** Adds one value of a row. */
  public void add(int group, int partition, long offset, Vector from, int value) {
    int entry = entries.add(group);
    if (entry == partitions.length) {
      partitions = Arrays.copyOf(partitions, entries.capacity());
      offsets = Arrays.copyOf(offsets, entries.capacity());
    }
    partitions[entry] = partition;
    offsets[entry] = offset;
    values.appendElement(from, value);
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    RowListStates that = (RowListStates) other;
    for (int entry = 0; entry < that.values.rowCount(); entry++) {
      int group = groupOf[that.entries.group(entry)];
      if (group >= 0) {
        add(group, that.partitions[entry], that.offsets[entry], that.values, entry);
      }
    }
  }

  @Override
  public void settle() {
    entries.order();
  }

  /** Values of one row compare as equal, so that they stay as they are. */
  private int compare(int entry, int other) {
    int byPartition = Integer.compare(partitions[entry], partitions[other]);
    return byPartition != 0 ? byPartition : Long.compare(offsets[entry], offsets[other]);
  }

  @Override
  public boolean isEmpty(int group) {
    return entries.count(group) == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    int end = entries.end(group);
    int[] ofGroup = Arrays.copyOfRange(entries.order(), end - entries.count(group), end);
    if (target.isList()) {
      target.appendList(values, ofGroup);
    } else {
      appendJoined(call, values, ofGroup, target);
    }
  }

  /** Appends texts with the call's separator between them. */
  static void appendJoined(AggregateCall call, Vector texts, int[] entries, Vector target) {
    byte[] separator =
        call.parameters().getFirst() instanceof Value.StringValue(String s)
            ? s.getBytes(StandardCharsets.UTF_8)
            : new byte[0];
    BytesBlock bytes = texts.bytes();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int index = 0; index < entries.length; index++) {
      if (index > 0) {
        out.write(separator, 0, separator.length);
      }
      int from = bytes.start(entries[index]);
      out.write(bytes.bytes(), from, bytes.end(entries[index]) - from);
    }
    byte[] joined = out.toByteArray();
    target.appendBytes(joined, 0, joined.length);
  }

  /** How many values a group has. */
  public int count(int group) {
    return entries.count(group);
  }

  /** The values of group 0 in their order, then those of group 1, ... */
  public Vector ordered() {
    Vector ordered = Vector.of(type());
    for (int entry : entries.order()) {
      ordered.appendRow(values, entry);
    }
    return ordered;
  }

  /** The partition of the row of a value of {@link #ordered()}. */
  public int partition(int index) {
    return partitions[entries.order()[index]];
  }

  /** The offset of the row of a value of {@link #ordered()}. */
  public long offset(int index) {
    return offsets[entries.order()[index]];
  }

  @Override
  public long sizeBytes() {
    return 128 + values.sizeBytes() + entries.sizeBytes() + 12L * partitions.length;
  }
}
