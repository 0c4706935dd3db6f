package io.gamay.query.sql;

import io.gamay.query.sql.Expression.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * SQL text for the parser library in which only the structure is left: operators and the words of
 * clauses. Every value (names, literals, calls, CASE, what stands in parentheses), IN list, truth
 * value, alias and table is a quoted name of one letter and a number that stands for it: {@code
 * "e0"}, {@code "l0"}, {@code "b0"}, {@code "a0"}, {@code "t0"}. So the library sees no name and no
 * literal to which it could give a meaning of its own.
 */
final class Skeleton {

  private final StringBuilder sql = new StringBuilder();
  private final List<Mark> marks = new ArrayList<>();
  private final List<Expression> values = new ArrayList<>();
  private final List<List<Expression>> lists = new ArrayList<>();
  private final List<Truth> truths = new ArrayList<>();
  private final List<String> aliases = new ArrayList<>();
  private int parts;

  private record Mark(int skeletonOffset, int textOffset) {}

  /** A word or symbol of the structure. */
  void structure(String written, SqlToken at) {
    mark(at);
    sql.append(written).append(' ');
  }

  /** How long the text is so far. */
  int length() {
    return sql.length();
  }

  /** A word before what was written since the text had this length. */
  void insert(String written, int length) {
    parts++;
    sql.insert(length, written + " ");
    int shift = written.length() + 1;
    for (int last = marks.size() - 1; last >= 0; last--) {
      Mark mark = marks.get(last);
      if (mark.skeletonOffset() < length) {
        break;
      }
      marks.set(last, new Mark(mark.skeletonOffset() + shift, mark.textOffset()));
    }
  }

  void value(Expression value, SqlToken at) {
    placeholder('e', values.size(), at);
    values.add(value);
  }

  /** The list after IN, with its parentheses. */
  void list(List<Expression> list, SqlToken at) {
    mark(at);
    sql.append("(\"l").append(lists.size()).append("\") ");
    lists.add(list);
  }

  /** The truth value of IS [NOT] TRUE, FALSE, UNKNOWN, as something to be distinct from. */
  void truth(Truth truth, SqlToken at) {
    placeholder('b', truths.size(), at);
    truths.add(truth);
  }

  void alias(String alias, SqlToken at) {
    sql.append("AS ");
    placeholder('a', aliases.size(), at);
    aliases.add(alias);
  }

  void table(SqlToken at) {
    placeholder('t', 0, at);
  }

  String sql() {
    return sql.toString();
  }

  /** The value, if that is all there is. */
  Optional<Expression> onlyValue() {
    return parts == 1 && values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
  }

  Optional<Expression> valueOf(String placeholder) {
    return find('e', placeholder, values);
  }

  Optional<List<Expression>> listOf(String placeholder) {
    return find('l', placeholder, lists);
  }

  Optional<Truth> truthOf(String placeholder) {
    return find('b', placeholder, truths);
  }

  Optional<String> aliasOf(String placeholder) {
    return find('a', placeholder, aliases);
  }

  /** Where in the query's text this offset of the skeleton comes from. */
  int textOffset(int skeletonOffset) {
    int textOffset = 0;
    for (Mark mark : marks) {
      if (mark.skeletonOffset() > skeletonOffset) {
        break;
      }
      textOffset = mark.textOffset();
    }
    return textOffset;
  }

  private void placeholder(char letter, int number, SqlToken at) {
    mark(at);
    sql.append('"').append(letter).append(number).append("\" ");
  }

  private void mark(SqlToken at) {
    parts++;
    marks.add(new Mark(sql.length(), at.start()));
  }

  private static <T> Optional<T> find(char letter, String placeholder, List<T> of) {
    if (placeholder.length() < 2 || placeholder.charAt(0) != letter) {
      return Optional.empty();
    }
    for (int index = 1; index < placeholder.length(); index++) {
      if (placeholder.charAt(index) < '0' || placeholder.charAt(index) > '9') {
        return Optional.empty();
      }
    }
    return Optional.of(of.get(Integer.parseInt(placeholder, 1, placeholder.length(), 10)));
  }
}
