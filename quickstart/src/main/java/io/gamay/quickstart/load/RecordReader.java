package io.gamay.quickstart.load;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The records of one file in the file's order, one at a time; memory is that of one record. */
interface RecordReader extends Closeable {
  /**
   * The next record as JSON text in UTF-8, or null at the end.
   *
   * @throws MalformedFileException if the file is not what its format asks for
   */
  byte @Nullable [] next() throws IOException;
}
