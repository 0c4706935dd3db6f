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
import org.jspecify.annotations.Nullable;

/**
 * All values, in the order of their rows: by partition and offset, within a row in the order of its
 * list. Arguments: the value or list, the partition, the offset. NULL is left out.
 */
public final class RowListStates implements RowStates {

  private final Vector values;
  private int[] groups = new int[8];
  private int[] partitions = new int[8];
  private long[] offsets = new long[8];

  /** Values of each group. */
  private int[] counts = new int[1];

  private int groupCount;

  /** Made when it is first asked for. */
  private @Nullable Order order;

  /**
   * @param entries the entries of group 0, then of group 1, ...
   * @param ends where the entries of each group end
   */
  private record Order(int[] entries, int[] ends) {}

  public RowListStates(StoredType type) {
    this.values = Vector.of(type);
  }

  public StoredType type() {
    return values.type();
  }

  @Override
  public int groupCount() {
    return groupCount;
  }

  @Override
  public boolean isSameKind(AggregateStates other) {
    return other instanceof RowListStates that && type() == that.type();
  }

  @Override
  public void ensureGroups(int needed) {
    if (needed > counts.length) {
      counts = Arrays.copyOf(counts, GroupCapacity.grown(counts.length, needed));
    }
    if (needed > groupCount) {
      groupCount = needed;
      order = null;
    }
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
    int entry = values.rowCount();
    if (entry == groups.length) {
      int capacity = Math.addExact(entry, entry >> 1);
      groups = Arrays.copyOf(groups, capacity);
      partitions = Arrays.copyOf(partitions, capacity);
      offsets = Arrays.copyOf(offsets, capacity);
    }
    groups[entry] = group;
    partitions[entry] = partition;
    offsets[entry] = offset;
    values.appendElement(from, value);
    counts[group]++;
    order = null;
  }

  @Override
  public void absorb(AggregateStates other, int[] groupOf) {
    RowListStates that = (RowListStates) other;
    for (int entry = 0; entry < that.values.rowCount(); entry++) {
      int group = groupOf[that.groups[entry]];
      if (group >= 0) {
        add(group, that.partitions[entry], that.offsets[entry], that.values, entry);
      }
    }
  }

  @Override
  public void settle() {
    order();
  }

  private Order order() {
    Order known = order;
    if (known == null) {
      known = sorted();
      order = known;
    }
    return known;
  }

  private Order sorted() {
    int[] ends = new int[groupCount];
    int end = 0;
    for (int group = 0; group < groupCount; group++) {
      end += counts[group];
      ends[group] = end;
    }
    Integer[] entries = new Integer[values.rowCount()];
    Arrays.setAll(entries, entry -> entry);
    Arrays.sort(entries, this::compare);
    return new Order(Arrays.stream(entries).mapToInt(Integer::intValue).toArray(), ends);
  }

  /** The sort is stable, so that the values of one row stay as they are. */
  private int compare(int left, int right) {
    int byGroup = Integer.compare(groups[left], groups[right]);
    if (byGroup != 0) {
      return byGroup;
    }
    int byPartition = Integer.compare(partitions[left], partitions[right]);
    return byPartition != 0 ? byPartition : Long.compare(offsets[left], offsets[right]);
  }

  @Override
  public boolean isEmpty(int group) {
    return counts[group] == 0;
  }

  @Override
  public void appendValue(AggregateCall call, int group, Vector target) {
    Order sorted = order();
    int end = sorted.ends()[group];
    int[] entries = Arrays.copyOfRange(sorted.entries(), end - counts[group], end);
    if (target.isList()) {
      target.appendList(values, entries);
    } else {
      appendJoined(call, values, entries, target);
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
    return counts[group];
  }

  /** The values of group 0 in their order, then those of group 1, ... */
  public Vector ordered() {
    Vector ordered = Vector.of(type());
    for (int entry : order().entries()) {
      ordered.appendRow(values, entry);
    }
    return ordered;
  }

  /** The partition of the row of a value of {@link #ordered()}. */
  public int partition(int index) {
    return partitions[order().entries()[index]];
  }

  /** The offset of the row of a value of {@link #ordered()}. */
  public long offset(int index) {
    return offsets[order().entries()[index]];
  }

  @Override
  public long sizeBytes() {
    return 128 + values.sizeBytes() + 16L * groups.length + 4L * counts.length;
  }
}
