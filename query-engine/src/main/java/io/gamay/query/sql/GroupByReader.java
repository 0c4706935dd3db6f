package io.gamay.query.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Reads what follows GROUP BY: keys, and the grouping sets that ROLLUP, CUBE and GROUPING SETS are
 * short for. Several of them in one clause are multiplied, as SQL says.
 */
final class GroupByReader {

  /** Each set is a grouping of its own over the rows. */
  static final int MAX_SETS = 256;

  private static final int MAX_DEPTH = 20;

  private final TokenCursor cursor;
  private final ExpressionReader expressions;
  private boolean hasSets;

  GroupByReader(TokenCursor cursor, ExpressionReader expressions) {
    this.cursor = cursor;
    this.expressions = expressions;
  }

  /**
   * Keys and sets as {@link Query} has them.
   *
   * @param sets empty if only keys were written
   */
  record GroupBy(List<Expression> keys, List<List<Integer>> sets) {

    static final GroupBy NONE = new GroupBy(List.of(), List.of());
  }

  /** Reads from behind GROUP BY to the first token that does not belong to it. */
  GroupBy read() {
    if (cursor.atWord("ALL")) {
      throw cursor.notSupported("GROUP BY ALL (write the columns, or their positions: 1, 2)");
    }
    List<List<Expression>> product = List.of(List.of());
    do {
      product = product(product, readElement(0));
    } while (cursor.takeSymbol(","));
    if (cursor.atWord("WITH")) {
      throw cursor.notSupported(
          "WITH behind GROUP BY (write GROUP BY ROLLUP(a, b) or GROUP BY CUBE(a, b))");
    }
    return hasSets ? numbered(product) : new GroupBy(product.getFirst(), List.of());
  }

  private List<List<Expression>> product(
      List<List<Expression>> left, List<List<Expression>> right) {
    requireFew((long) left.size() * right.size());
    var product = new ArrayList<List<Expression>>();
    for (List<Expression> first : left) {
      for (List<Expression> second : right) {
        product.add(joined(first, second));
      }
    }
    return product;
  }

  private void requireFew(long sets) {
    if (sets > MAX_SETS) {
      throw cursor
          .source()
          .error(
              cursor.peek().start(),
              "GROUP BY has more than %d grouping sets up to here".formatted(MAX_SETS));
    }
  }

  private static List<Expression> joined(List<Expression> first, List<Expression> second) {
    var joined = new ArrayList<>(first);
    joined.addAll(second);
    return joined;
  }

  /** The sets of one element: a key is one set of one. */
  private List<List<Expression>> readElement(int depth) {
    if (depth > MAX_DEPTH) {
      throw cursor
          .source()
          .error(cursor.peek().start(), "grouping sets are nested deeper than " + MAX_DEPTH);
    }
    if (cursor.atWord("ROLLUP") && cursor.peekSecond().isSymbol("(")) {
      return rollup(readParts());
    }
    if (cursor.atWord("CUBE") && cursor.peekSecond().isSymbol("(")) {
      return cube(readParts());
    }
    if (cursor.atWord("GROUPING") && cursor.peekSecond().isWord("SETS")) {
      return readGroupingSets(depth);
    }
    return List.of(readPart());
  }

  private List<List<Expression>> readGroupingSets(int depth) {
    hasSets = true;
    cursor.next();
    cursor.next();
    cursor.expectSymbol("(");
    var sets = new ArrayList<List<Expression>>();
    do {
      sets.addAll(readElement(depth + 1));
      requireFew(sets.size());
    } while (cursor.takeSymbol(","));
    expressions.expectClosing("',' or ')'");
    return sets;
  }

  /** What ROLLUP and CUBE have in their parentheses. */
  private List<List<Expression>> readParts() {
    hasSets = true;
    cursor.next();
    cursor.next();
    var parts = new ArrayList<List<Expression>>();
    do {
      parts.add(readPart());
    } while (cursor.takeSymbol(","));
    expressions.expectClosing("',' or ')'");
    return parts;
  }

  /** A key, several in parentheses, or none in parentheses. */
  private List<Expression> readPart() {
    if (cursor.atSymbol("(") && cursor.peekSecond().isSymbol(")")) {
      hasSets = true;
      cursor.next();
      cursor.next();
      return List.of();
    }
    if (!atSeveral()) {
      return List.of(expressions.read().expression());
    }
    cursor.next();
    var keys = new ArrayList<Expression>();
    do {
      keys.add(expressions.read().expression());
    } while (cursor.takeSymbol(","));
    expressions.expectClosing("',' or ')'");
    return keys;
  }

  /** Whether parentheses with a comma directly in them begin here. */
  private boolean atSeveral() {
    if (!cursor.atSymbol("(")) {
      return false;
    }
    int depth = 0;
    for (int ahead = 0; ; ahead++) {
      SqlToken token = cursor.peek(ahead);
      if (token.isSymbol("(")) {
        depth++;
      } else if (token.isSymbol(")")) {
        depth--;
      }
      if (depth == 0 || token.kind() == SqlToken.Kind.END) {
        return false;
      }
      if (depth == 1 && token.isSymbol(",")) {
        return true;
      }
    }
  }

  /** All parts, then without the last, and so on to none. */
  private List<List<Expression>> rollup(List<List<Expression>> parts) {
    requireFew(parts.size() + 1L);
    var sets = new ArrayList<List<Expression>>();
    for (int kept = parts.size(); kept >= 0; kept--) {
      sets.add(parts.subList(0, kept).stream().flatMap(List::stream).toList());
    }
    return sets;
  }

  /** Every choice of parts, from all to none. */
  private List<List<Expression>> cube(List<List<Expression>> parts) {
    requireFew(parts.size() < Integer.SIZE ? 1L << parts.size() : Long.MAX_VALUE);
    var sets = new ArrayList<List<Expression>>();
    for (int left = 0; left < 1 << parts.size(); left++) {
      var set = new ArrayList<Expression>();
      for (int part = 0; part < parts.size(); part++) {
        boolean isLeftOut = (left >> (parts.size() - 1 - part) & 1) == 1;
        if (!isLeftOut) {
          set.addAll(parts.get(part));
        }
      }
      sets.add(set);
    }
    return sets;
  }

  /** Each key once, and the sets as numbers of keys. */
  private static GroupBy numbered(List<List<Expression>> sets) {
    Map<Expression, Integer> numbers = new LinkedHashMap<>();
    var numbered = new ArrayList<List<Integer>>();
    for (List<Expression> set : sets) {
      var ofSet = new TreeSet<Integer>();
      for (Expression key : set) {
        ofSet.add(numbers.computeIfAbsent(key, _ -> numbers.size()));
      }
      numbered.add(List.copyOf(ofSet));
    }
    return new GroupBy(List.copyOf(numbers.keySet()), numbered);
  }
}
