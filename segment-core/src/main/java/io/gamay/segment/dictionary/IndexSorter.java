package io.gamay.segment.dictionary;

/** Sorts ints by an order of the caller's: a stable merge sort that boxes nothing. */
final class IndexSorter {

  private static final int INSERTION_LENGTH = 12;

  /** Compares two of the sorted ints. */
  @FunctionalInterface
  interface Order {
    int compare(int a, int b);
  }

  private IndexSorter() {}

  static void sort(int[] indexes, Order order) {
    sort(indexes.clone(), indexes, 0, indexes.length, order);
  }

  /** Sorts [from, to) of {@code target}; {@code source} holds the same ints there. */
  private static void sort(int[] source, int[] target, int from, int to, Order order) {
    if (to - from <= INSERTION_LENGTH) {
      insertionSort(target, from, to, order);
      return;
    }
    int middle = (from + to) >>> 1;
    sort(target, source, from, middle, order);
    sort(target, source, middle, to, order);
    if (order.compare(source[middle - 1], source[middle]) <= 0) {
      System.arraycopy(source, from, target, from, to - from);
      return;
    }
    int left = from;
    int right = middle;
    for (int position = from; position < to; position++) {
      boolean takesLeft =
          right == to || (left < middle && order.compare(source[left], source[right]) <= 0);
      target[position] = takesLeft ? source[left++] : source[right++];
    }
  }

  private static void insertionSort(int[] target, int from, int to, Order order) {
    for (int position = from + 1; position < to; position++) {
      int moved = target[position];
      int hole = position;
      while (hole > from && order.compare(target[hole - 1], moved) > 0) {
        target[hole] = target[hole - 1];
        hole--;
      }
      target[hole] = moved;
    }
  }
}
