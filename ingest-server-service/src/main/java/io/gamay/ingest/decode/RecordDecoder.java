package io.gamay.ingest.decode;

/** Decodes records of one format into columns. One thread. */
public interface RecordDecoder {

  /**
   * Appends the record's fields to the columns of the fields that it has; a field that the record
   * lacks, or that is null, is left out: its column is one row short afterwards.
   *
   * @param columns one writer per source field, in the order given to the decoder; each has the
   *     same number of rows
   */
  DecodeOutcome decode(byte[] record, FieldWriter[] columns);
}
