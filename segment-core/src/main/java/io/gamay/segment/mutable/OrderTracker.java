package io.gamay.segment.mutable;

/** Bounds of a sequence of numbers, and where it first goes down. */
final class OrderTracker {

  private long min = Long.MAX_VALUE;
  private long max = Long.MIN_VALUE;
  private long last = Long.MIN_VALUE;
  private int count;
  private int firstUnsortedDoc = Integer.MAX_VALUE;

  void add(long value) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (value < last && firstUnsortedDoc == Integer.MAX_VALUE) {
      firstUnsortedDoc = count;
    }
    last = value;
    count++;
  }

  void addAll(long[] values, int from, int to) {
    long low = min;
    long high = max;
    for (int i = from; i < to; i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    min = low;
    max = high;
    for (int i = from; i < to && firstUnsortedDoc == Integer.MAX_VALUE; i++) {
      if (values[i] < last) {
        firstUnsortedDoc = count + i - from;
      }
      last = values[i];
    }
    count += to - from;
  }

  void addAll(int[] values, int from, int to) {
    int low = Integer.MAX_VALUE;
    int high = Integer.MIN_VALUE;
    for (int i = from; i < to; i++) {
      low = Math.min(low, values[i]);
      high = Math.max(high, values[i]);
    }
    if (from < to) {
      min = Math.min(min, low);
      max = Math.max(max, high);
    }
    for (int i = from; i < to && firstUnsortedDoc == Integer.MAX_VALUE; i++) {
      if (values[i] < last) {
        firstUnsortedDoc = count + i - from;
      }
      last = values[i];
    }
    count += to - from;
  }

  long min() {
    return min;
  }

  long max() {
    return max;
  }

  int firstUnsortedDoc() {
    return firstUnsortedDoc;
  }
}
