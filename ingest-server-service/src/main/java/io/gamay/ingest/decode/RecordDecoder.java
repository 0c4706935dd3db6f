package io.gamay.ingest.decode;

/** Decodes records of one format into columns. One thread. */
public interface RecordDecoder {

  /**
   * Appends the fields of the record {@code source[from, to)} to the columns of the fields that it
   * has; a field that the record lacks, or that is null, is left out: its column is one row short
   * afterwards. What stands around the record in its array does not matter. Positions in the
   * outcome are counted from the record's beginning.
   *
   * @param source not changed; kept until the next record is decoded, or {@link #release}
   * @param columns one writer per source field, in the order given to the decoder; each has the
   *     same number of rows
   */
  DecodeOutcome decode(byte[] source, int from, int to, FieldWriter[] columns);

  /** How many records so far took longer than records that look like the one before them. */
  default long detouredRecords() {
    return 0;
  }

  /** Lets go of the array of the record that was decoded last. */
  void release();
}
