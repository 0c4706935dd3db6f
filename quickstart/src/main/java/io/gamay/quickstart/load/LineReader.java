package io.gamay.quickstart.load;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Lines byte for byte, without their {@code \n} or {@code \r\n}; empty lines are left out. A line
 * may be as long as an array.
 */
final class LineReader implements RecordReader {
  private final InputStream input;
  private byte[] buffer = new byte[1 << 16];
  private int start;
  private int end;

  LineReader(InputStream input) {
    this.input = input;
  }

  @Override
  public @Nullable Row next() throws IOException {
    while (true) {
      int lineEnd = findLineEnd();
      if (lineEnd == start && lineEnd == end) {
        return null;
      }
      byte[] line = Arrays.copyOfRange(buffer, start, withoutCarriageReturn(lineEnd));
      start = Math.min(lineEnd + 1, end);
      if (line.length > 0) {
        return new Row.Sendable(line);
      }
    }
  }

  /** Index of the line's {@code \n}, or {@code end} when the file ends without one. */
  private int findLineEnd() throws IOException {
    int searched = start;
    while (true) {
      for (int i = searched; i < end; i++) {
        if (buffer[i] == '\n') {
          return i;
        }
      }
      int lineLength = end - start;
      if (!fill()) {
        return end;
      }
      searched = start + lineLength;
    }
  }

  private int withoutCarriageReturn(int lineEnd) {
    return lineEnd > start && buffer[lineEnd - 1] == '\r' ? lineEnd - 1 : lineEnd;
  }

  /** Moves what is unread to the front, grows when that is all there is, and reads on. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    start = 0;
    if (end == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
    }
    int count = input.read(buffer, end, buffer.length - end);
    if (count < 0) {
      return false;
    }
    end += count;
    return true;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
