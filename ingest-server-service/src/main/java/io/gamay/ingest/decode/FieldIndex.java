package io.gamay.ingest.decode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Field name to position, by the bytes of the name. Records of one stream tend to have their fields
 * in the same order, so the field behind the last one found is tried first.
 */
final class FieldIndex {

  private final byte[][] names;
  private final int[] slots;
  private final int[] following;
  private int last;

  FieldIndex(List<String> fieldNames) {
    names =
        fieldNames.stream()
            .map(name -> name.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    slots = new int[Integer.highestOneBit(Math.max(4, names.length)) * 4];
    Arrays.fill(slots, -1);
    for (int field = 0; field < names.length; field++) {
      int slot = slotOf(names[field], 0, names[field].length);
      while (slots[slot] >= 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = field;
    }
    following = new int[names.length];
    for (int field = 0; field < names.length; field++) {
      following[field] = (field + 1) % names.length;
    }
    last = names.length - 1;
  }

  /**
   * The position of the field named {@code bytes[from, to)}, -1 if nobody asked for it. No column's
   * name is empty.
   */
  int find(byte[] bytes, int from, int to) {
    if (names.length == 0 || from == to) {
      return -1;
    }
    int expected = following[last];
    if (isNamed(expected, bytes, from, to)) {
      last = expected;
      return expected;
    }
    int slot = slotOf(bytes, from, to);
    while (slots[slot] >= 0) {
      int field = slots[slot];
      if (isNamed(field, bytes, from, to)) {
        following[last] = field;
        last = field;
        return field;
      }
      slot = slot + 1 & slots.length - 1;
    }
    return -1;
  }

  private boolean isNamed(int field, byte[] bytes, int from, int to) {
    byte[] name = names[field];
    return Arrays.equals(name, 0, name.length, bytes, from, to);
  }

  private int slotOf(byte[] bytes, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = hash * 31 + bytes[i];
    }
    return (hash ^ hash >>> 15) & slots.length - 1;
  }
}
