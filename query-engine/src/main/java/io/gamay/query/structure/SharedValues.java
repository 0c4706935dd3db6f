package io.gamay.query.structure;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.query.vector.ValueNumbering;
import io.gamay.query.vector.Vector;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.util.Arrays;

/**
 * One numbering of the values that the dictionaries of several segments have for a column, so that
 * what the segments found is put together by numbers instead of values. Values once numbered stay;
 * dictionaries come and go. Thread-safe.
 */
public final class SharedValues {

  /**
   * So many values that are numbered in another way, of a small segment, are numbered here sooner
   * than the others are looked up.
   */
  public static final int FEW_VALUES = 4096;

  /** Values read from a dictionary at a time. */
  private static final int CHUNK = 4096;

  private final StoredType type;
  private final ValueNumbering numbering;

  /** As of when a dictionary was last taken in. */
  private volatile long sizeBytes;

  private volatile long bytesPerValue;

  /** Values numbered that were given by themselves. */
  private int strays;

  /** Per lineage the numbers of its first dictIds. */
  private final Cache<Object, int[]> numbersOf =
      Caffeine.newBuilder().executor(Runnable::run).weakKeys().build();

  SharedValues(StoredType type) {
    this.type = type;
    this.numbering = new ValueNumbering(type);
  }

  public StoredType type() {
    return type;
  }

  /**
   * The number of each dictId's value.
   *
   * @return as long as the dictionary, or longer; not to be changed
   */
  public int[] numbersOf(DictionaryReader dictionary) {
    int[] known = numbersOf.getIfPresent(dictionary.lineage());
    return known != null && known.length >= dictionary.cardinality() ? known : number(dictionary);
  }

  private synchronized int[] number(DictionaryReader dictionary) {
    int[] known = numbersOf.getIfPresent(dictionary.lineage());
    int from = known == null ? 0 : known.length;
    int end = dictionary.cardinality();
    if (known != null && from >= end) {
      return known;
    }
    int[] numbers = known == null ? new int[end] : Arrays.copyOf(known, end);
    Vector values = Vector.of(type);
    for (int first = from; first < end; first += CHUNK) {
      int count = Math.min(CHUNK, end - first);
      read(dictionary, first, count, values);
      for (int index = 0; index < count; index++) {
        numbers[first + index] = numbering.number(values, index);
      }
    }
    numbersOf.put(dictionary.lineage(), numbers);
    measure();
    return numbers;
  }

  /**
   * Numbers values that are of no dictionary; what is NULL gets none.
   *
   * @param numbers takes the number of each row's value
   */
  public synchronized void number(Vector values, int[] numbers) {
    int before = numbering.count();
    for (int row = 0; row < numbers.length; row++) {
      if (!values.isNull(row)) {
        numbers[row] = numbering.number(values, row);
      }
    }
    strays += numbering.count() - before;
    measure();
  }

  /** Whether most values were never of a dictionary when they were numbered. */
  synchronized boolean isMostlyStray() {
    return strays > numbering.count() / 2;
  }

  private void read(DictionaryReader dictionary, int first, int count, Vector values) {
    values.clear();
    values.resize(count);
    switch (type) {
      case INT -> {
        for (int index = 0; index < count; index++) {
          values.ints()[index] = dictionary.intAt(first + index);
        }
      }
      case LONG -> {
        for (int index = 0; index < count; index++) {
          values.longs()[index] = dictionary.longAt(first + index);
        }
      }
      case STRING, BYTES, BIG_DECIMAL -> dictionary.appendBytes(first, count, values.bytes());
      case FLOAT, DOUBLE ->
          throw new IllegalStateException("two dictIds may stand for one value of " + type);
    }
  }

  /**
   * Appends the values of numbers to a vector.
   *
   * @param numbers one below 0 stands for NULL
   */
  public synchronized void appendTo(Vector target, int[] numbers, int count) {
    for (int index = 0; index < count; index++) {
      if (numbers[index] < 0) {
        target.appendNull();
      } else {
        numbering.appendTo(target, numbers[index]);
      }
    }
  }

  /** Values numbered so far: all numbers given are below. */
  public synchronized int count() {
    return numbering.count();
  }

  private void measure() {
    long arrays = 0;
    for (int[] numbers : numbersOf.asMap().values()) {
      arrays += 4L * numbers.length;
    }
    sizeBytes = numbering.sizeBytes() + arrays;
    bytesPerValue = numbering.sizeBytes() / Math.max(1, numbering.count());
  }

  /** Memory held, roughly. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** What a value takes once it is looked up, on average and roughly. */
  public long bytesPerValue() {
    return bytesPerValue;
  }

  /** Whether most values are of dictionaries that are gone. */
  synchronized boolean isMostlyGone() {
    long live = 0;
    for (int[] numbers : numbersOf.asMap().values()) {
      live += numbers.length;
    }
    return numbering.count() > 2 * live + CHUNK;
  }
}
