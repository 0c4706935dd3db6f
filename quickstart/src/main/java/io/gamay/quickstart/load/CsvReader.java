package io.gamay.quickstart.load;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * RFC 4180 in UTF-8: commas, {@code "} around cells that need it, doubled inside; the first line
 * names the fields. Each line becomes one JSON object.
 *
 * <p>An empty cell is a field left out, {@code ""} an empty text. A bare cell that is a plain
 * number (no leading zero, no exponent, an integer of at most 18 digits) is a JSON number with the
 * digits it has; every other cell, and every quoted one, is a JSON string. Empty lines are left
 * out.
 *
 * <p>A row is unreadable with more or fewer cells than the heading, with text behind a closing
 * quote, with a bare carriage return, or if it is not UTF-8; the next one begins behind its line's
 * end. A quote that is not closed ends the file.
 */
final class CsvReader implements RecordReader {
  private static final Pattern PLAIN_NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]{0,17})(?:\\.[0-9]+)?");

  /** Text between two commas; quoted or bare. */
  private record Cell(String text, boolean isQuoted) {
    boolean isAbsent() {
      return text.isEmpty() && !isQuoted;
    }

    boolean isNumber() {
      return !isQuoted && PLAIN_NUMBER.matcher(text).matches();
    }
  }

  /** A line's cells, or why it has none. */
  private record Line(long number, List<Cell> cells, String trouble) {}

  private static final int END = -1;

  private final InputStream input;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final List<String> names;
  private long lineNumber = 1;
  private int ahead;

  CsvReader(InputStream stream) throws IOException {
    this.input = new BufferedInputStream(stream, 1 << 16);
    this.ahead = firstBehindByteOrderMark();
    Line heading = nextLine();
    if (heading == null) {
      throw new MalformedFileException("the file has no heading line");
    }
    if (!heading.trouble().isEmpty()) {
      throw new MalformedFileException("the heading line has " + heading.trouble());
    }
    this.names = heading.cells().stream().map(Cell::text).toList();
    if (new HashSet<>(names).size() < names.size() || names.contains("")) {
      throw new MalformedFileException("the heading line names a field twice or not at all");
    }
  }

  private int firstBehindByteOrderMark() throws IOException {
    input.mark(3);
    if (input.read() == 0xEF && input.read() == 0xBB && input.read() == 0xBF) {
      return input.read();
    }
    input.reset();
    return input.read();
  }

  @Override
  public @Nullable Row next() throws IOException {
    Line line = nextLine();
    if (line == null) {
      return null;
    }
    if (!line.trouble().isEmpty()) {
      return new Row.Unreadable(line.number(), line.trouble());
    }
    int count = line.cells().size();
    if (count != names.size()) {
      return new Row.Unreadable(
          line.number(),
          "%d %s, the heading names %d"
              .formatted(count, count == 1 ? "cell" : "cells", names.size()));
    }
    return new Row.Sendable(json(line.cells()));
  }

  private byte[] json(List<Cell> row) {
    var bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JsonValueReader.JSON.createGenerator(bytes)) {
      json.writeStartObject();
      for (int i = 0; i < row.size(); i++) {
        Cell cell = row.get(i);
        if (cell.isAbsent()) {
          continue;
        }
        json.writeName(names.get(i));
        if (cell.isNumber()) {
          json.writeNumber(cell.text());
        } else {
          json.writeString(cell.text());
        }
      }
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** The next line that is not empty, or null at the end. */
  private @Nullable Line nextLine() throws IOException {
    while (ahead == '\n' || ahead == '\r') {
      advance();
    }
    if (ahead == END) {
      return null;
    }
    long number = lineNumber;
    var cells = new ArrayList<Cell>();
    String trouble = "";
    try {
      cells.add(nextCell());
      while (ahead == ',') {
        advance();
        cells.add(nextCell());
      }
    } catch (CharacterCodingException notUtf8) {
      trouble = "text that is not UTF-8";
    }
    if (trouble.isEmpty() && !isAtLineEnd()) {
      trouble = "text behind a closing quote, or a bare carriage return";
    }
    while (ahead != '\n' && ahead != END) {
      advance();
    }
    if (ahead == '\n') {
      advance();
    }
    return new Line(number, cells, trouble);
  }

  /** Steps over a carriage return that belongs to a line's end. */
  private boolean isAtLineEnd() throws IOException {
    if (ahead == '\r') {
      advance();
    }
    return ahead == '\n' || ahead == END;
  }

  private Cell nextCell() throws IOException {
    if (ahead == '"') {
      advance();
      return new Cell(quotedText(), true);
    }
    var bytes = new ByteArrayOutputStream(32);
    while (ahead != ',' && ahead != '\n' && ahead != '\r' && ahead != END) {
      bytes.write(ahead);
      advance();
    }
    return new Cell(text(bytes), false);
  }

  private String quotedText() throws IOException {
    long opened = lineNumber;
    var bytes = new ByteArrayOutputStream(32);
    while (true) {
      if (ahead == END) {
        throw new MalformedFileException("the quote opened at line " + opened + " is not closed");
      }
      if (ahead == '"') {
        advance();
        if (ahead != '"') {
          return text(bytes);
        }
      }
      bytes.write(ahead);
      advance();
    }
  }

  /** In UTF-8 no byte of a character looks like a comma, quote or line end. */
  private String text(ByteArrayOutputStream bytes) throws CharacterCodingException {
    return decoder.decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
  }

  private void advance() throws IOException {
    if (ahead == '\n') {
      lineNumber++;
    }
    ahead = input.read();
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
