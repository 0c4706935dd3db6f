package io.gamay.quickstart.load;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
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
 * out; a line with more or fewer cells than the heading is an error.
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

  private static final int END = -1;

  private final Reader input;
  private final List<String> names;
  private long lineNumber = 1;
  private int ahead;

  CsvReader(InputStream stream) throws IOException {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    this.input = new BufferedReader(new InputStreamReader(stream, decoder), 1 << 16);
    this.ahead = read();
    if (ahead == '\uFEFF') {
      ahead = read();
    }
    List<Cell> heading = nextRow();
    if (heading == null) {
      throw new MalformedFileException("the file has no heading line");
    }
    this.names = heading.stream().map(Cell::text).toList();
    if (new HashSet<>(names).size() < names.size() || names.contains("")) {
      throw new MalformedFileException("the heading line names a field twice or not at all");
    }
  }

  @Override
  public byte @Nullable [] next() throws IOException {
    long line = lineNumber;
    List<Cell> row = nextRow();
    if (row == null) {
      return null;
    }
    if (row.size() != names.size()) {
      throw new MalformedFileException(
          "the row at line %d has %d cells, the heading names %d fields"
              .formatted(line, row.size(), names.size()));
    }
    return json(row);
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

  /** The cells of the next line that is not empty, or null at the end. */
  private @Nullable List<Cell> nextRow() throws IOException {
    while (ahead == '\n' || ahead == '\r') {
      advance();
    }
    if (ahead == END) {
      return null;
    }
    var cells = new ArrayList<Cell>();
    cells.add(nextCell());
    while (ahead == ',') {
      advance();
      cells.add(nextCell());
    }
    if (ahead == '\r') {
      advance();
    }
    if (ahead != '\n' && ahead != END) {
      throw new MalformedFileException(
          "line " + lineNumber + " has text after a closing quote or a bare carriage return");
    }
    if (ahead == '\n') {
      advance();
    }
    return cells;
  }

  private Cell nextCell() throws IOException {
    if (ahead == '"') {
      advance();
      return new Cell(quotedText(), true);
    }
    var text = new StringBuilder();
    while (ahead != ',' && ahead != '\n' && ahead != '\r' && ahead != END) {
      text.append((char) ahead);
      advance();
    }
    return new Cell(text.toString(), false);
  }

  private String quotedText() throws IOException {
    long opened = lineNumber;
    var text = new StringBuilder();
    while (true) {
      if (ahead == END) {
        throw new MalformedFileException("the quote opened at line " + opened + " is not closed");
      }
      if (ahead == '"') {
        advance();
        if (ahead != '"') {
          return text.toString();
        }
      }
      text.append((char) ahead);
      advance();
    }
  }

  private void advance() throws IOException {
    if (ahead == '\n') {
      lineNumber++;
    }
    ahead = read();
  }

  private int read() throws IOException {
    try {
      return input.read();
    } catch (CharacterCodingException notUtf8) {
      throw new MalformedFileException(
          "the text near line " + lineNumber + " is not UTF-8", notUtf8);
    }
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
