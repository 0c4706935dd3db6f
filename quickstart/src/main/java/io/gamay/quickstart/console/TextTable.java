package io.gamay.quickstart.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of text under their column names, aligned with blanks, for a terminal with a fixed-width
 * font. Line breaks and other control characters inside a cell are shown escaped, so that a row is
 * a line.
 */
public final class TextTable {
  /**
   * A column's heading and side.
   *
   * @param isRightAligned true for numbers
   */
  public record Column(String name, boolean isRightAligned) {}

  private static final String GAP = "  ";

  /** A column is not wrapped to fewer characters. */
  private static final int LEAST_WRAPPED = 30;

  private final List<Column> columns;
  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(List<Column> columns) {
    this.columns = List.copyOf(columns);
  }

  /** A table whose columns are all left-aligned. */
  public static TextTable ofText(String... names) {
    return new TextTable(List.of(names).stream().map(name -> new Column(name, false)).toList());
  }

  /** Adds a row; it has a cell for each column. */
  public TextTable add(List<String> cells) {
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException(
          "row has " + cells.size() + " cells, table has " + columns.size() + " columns");
    }
    rows.add(cells.stream().map(TextTable::onOneLine).toList());
    return this;
  }

  /** Heading, rule and rows, a line each, without a line break at the end. */
  public String render() {
    return render(Integer.MAX_VALUE);
  }

  /**
   * The same, but with the widest column of text wrapped where lines would be longer than that. A
   * cell goes on further to the right than it began, so that it is not taken for another row.
   *
   * @param maxWidth in characters; a column that has little room beside the others takes more
   */
  public String render(int maxWidth) {
    int[] widths = widths();
    int wrapped = narrow(widths, maxWidth);
    var text = new StringBuilder();
    appendRow(text, columns.stream().map(Column::name).toList(), widths);
    text.append('\n');
    for (int i = 0; i < widths.length; i++) {
      text.append(i == 0 ? "" : GAP).repeat('-', widths[i]);
    }
    for (List<String> row : rows) {
      List<String> cells = new ArrayList<>(row);
      for (String part : wrapped < 0 ? List.of("") : parts(row.get(wrapped), widths[wrapped])) {
        if (wrapped >= 0) {
          cells.set(wrapped, part);
        }
        text.append('\n');
        appendRow(text, cells, widths);
        cells.replaceAll(_ -> "");
      }
    }
    return text.toString();
  }

  /** Takes room from the widest column of text if there is need; says which, or -1. */
  private int narrow(int[] widths, int maxWidth) {
    long total =
        (long) GAP.length() * (widths.length - 1) + Arrays.stream(widths).asLongStream().sum();
    int widest = -1;
    for (int i = 0; i < widths.length; i++) {
      if (!columns.get(i).isRightAligned() && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (total <= maxWidth || widest < 0 || widths[widest] <= LEAST_WRAPPED) {
      return -1;
    }
    widths[widest] = (int) Math.max(LEAST_WRAPPED, widths[widest] - (total - maxWidth));
    return widest;
  }

  /** The lines of a cell, broken at blanks where there are any. */
  private static List<String> parts(String cell, int width) {
    List<String> parts = new ArrayList<>();
    int indent = Math.min(width / 2, cell.length() - cell.stripLeading().length() + 2);
    String rest = cell;
    while (width(rest) > width) {
      int end = rest.offsetByCodePoints(0, width);
      int blank = rest.lastIndexOf(' ', end);
      int cut = rest.substring(0, Math.max(0, blank)).isBlank() ? end : blank;
      parts.add(rest.substring(0, cut));
      rest = " ".repeat(indent) + rest.substring(cut).stripLeading();
    }
    parts.add(rest);
    return parts;
  }

  private int[] widths() {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int column = i;
      widths[i] =
          Math.max(
              width(columns.get(i).name()),
              rows.stream().mapToInt(row -> width(row.get(column))).max().orElse(0));
    }
    return widths;
  }

  private void appendRow(StringBuilder text, List<String> cells, int[] widths) {
    int lineStart = text.length();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      int padding = widths[i] - width(cell);
      text.append(i == 0 ? "" : GAP);
      if (columns.get(i).isRightAligned()) {
        text.repeat(' ', padding).append(cell);
      } else {
        text.append(cell).repeat(' ', padding);
      }
    }
    int end = text.length();
    while (end > lineStart && text.charAt(end - 1) == ' ') {
      end--;
    }
    text.setLength(end);
  }

  private static int width(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private static String onOneLine(String cell) {
    if (cell.chars().noneMatch(Character::isISOControl)) {
      return cell;
    }
    var text = new StringBuilder();
    cell.chars().forEach(c -> text.append(visible((char) c)));
    return text.toString();
  }

  private static String visible(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> Character.isISOControl(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c);
    };
  }
}
