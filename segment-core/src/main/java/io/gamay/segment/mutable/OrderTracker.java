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
