package io.gamay.benchmarks.decode;

/**
 * Records in one array, as a consumer fetches them: between two of them stand as many bytes as
 * Kafka writes there for a record without key and headers.
 */
final class FetchedRecords {

  /** The count of headers, which is 0. */
  private static final int BEHIND = 1;

  /** Length, attributes, timestamp, offset, length of the key and of the value. */
  private static final int BEFORE = 9;

  final byte[] bytes;
  final int[] starts;
  final int[] ends;

  FetchedRecords(byte[][] records) {
    int size = 0;
    for (byte[] record : records) {
      size += BEFORE + record.length + BEHIND;
    }
    bytes = new byte[size];
    starts = new int[records.length];
    ends = new int[records.length];
    int at = 0;
    for (int index = 0; index < records.length; index++) {
      byte[] record = records[index];
      starts[index] = at + BEFORE;
      ends[index] = starts[index] + record.length;
      System.arraycopy(record, 0, bytes, starts[index], record.length);
      at = ends[index] + BEHIND;
    }
  }

  int count() {
    return starts.length;
  }
}
