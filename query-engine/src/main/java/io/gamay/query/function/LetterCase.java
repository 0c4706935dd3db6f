package io.gamay.query.function;

import io.gamay.query.vector.Vector;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** UPPER and LOWER: ASCII byte by byte, other text by way of strings. */
final class LetterCase implements ScalarBody {

  private final boolean isUpper;

  LetterCase(boolean isUpper) {
    this.isUpper = isUpper;
  }

  @Override
  public void apply(Vector[] arguments, int rows, Vector out) {
    Vector text = arguments[0];
    byte first = (byte) (isUpper ? 'a' : 'A');
    byte last = (byte) (isUpper ? 'z' : 'Z');
    for (int row = 0; row < rows; row++) {
      byte[] source = text.bytes().bytes();
      int start = text.bytes().start(row);
      int end = out.isNull(row) ? start : text.bytes().end(row);
      if (!Utf8.isAscii(source, start, end)) {
        String whole = text.stringAt(row);
        String changed = isUpper ? whole.toUpperCase(Locale.ROOT) : whole.toLowerCase(Locale.ROOT);
        RowBodies.append(out, changed.getBytes(StandardCharsets.UTF_8));
        continue;
      }
      int at = out.bytes().append(end - start);
      byte[] target = out.bytes().bytes();
      for (int index = start; index < end; index++) {
        byte letter = source[index];
        target[at + index - start] =
            letter >= first && letter <= last ? (byte) (letter ^ 0x20) : letter;
      }
    }
  }
}
