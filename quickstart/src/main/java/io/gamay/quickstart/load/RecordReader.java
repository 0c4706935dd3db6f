package io.gamay.quickstart.load;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The records of one file in the file's order, one at a time; memory is that of one record. */
interface RecordReader extends Closeable {
  /**
   * The next record, readable or not, or null at the end.
   *
   * @throws MalformedFileException if the file is not what its format asks for, so that nothing
   *     behind this place can be told
   */
  @Nullable Row next() throws IOException;
}
