package io.gamay.ingest.decode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted of one object of a record. A column {@code a.b.c} takes the member of that name,
 * and, as nested objects flatten to names with dots between, also member {@code c} of the object
 * {@code a.b}, member {@code b.c} of the object {@code a}, and so on. A member can thus be a
 * column's value, the way to other columns' values, or both. Immutable, but for the prediction of
 * its {@link FieldIndex}; one thread.
 */
final class FieldTree {

  private final FieldIndex names;

  /** By position in {@link #names}: the column whose value the member is, or -1. */
  private final int[] columns;

  /** By position in {@link #names}: what is wanted of the member if it is an object. */
  private final @Nullable FieldTree[] inner;

  /** Every column of this tree. */
  private final int[] allColumns;

  /**
   * @param fieldNames by column; an empty name is no record's
   */
  static FieldTree of(List<String> fieldNames) {
    Map<Integer, String> wanted = new LinkedHashMap<>();
    for (int column = 0; column < fieldNames.size(); column++) {
      if (!fieldNames.get(column).isEmpty()) {
        wanted.put(column, fieldNames.get(column));
      }
    }
    return new FieldTree(wanted, new HashMap<>());
  }

  /**
   * @param wanted the name of each column, from this object on
   * @param known trees made before: there are many paths to the same one
   */
  private FieldTree(Map<Integer, String> wanted, Map<Map<Integer, String>, FieldTree> known) {
    Map<String, Integer> values = new LinkedHashMap<>();
    Map<String, Map<Integer, String>> ways = new LinkedHashMap<>();
    wanted.forEach(
        (column, name) -> {
          values.putIfAbsent(name, column);
          for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (dot > 0 && dot < name.length() - 1) {
              ways.computeIfAbsent(name.substring(0, dot), way -> new LinkedHashMap<>())
                  .put(column, name.substring(dot + 1));
            }
          }
        });
    List<String> members = new ArrayList<>(values.keySet());
    ways.keySet().stream().filter(way -> !values.containsKey(way)).forEach(members::add);
    names = new FieldIndex(members);
    columns = new int[members.size()];
    inner = new FieldTree[members.size()];
    for (int member = 0; member < columns.length; member++) {
      columns[member] = values.getOrDefault(members.get(member), -1);
      Map<Integer, String> behind = ways.get(members.get(member));
      if (behind != null) {
        FieldTree tree = known.get(behind);
        if (tree == null) {
          tree = new FieldTree(behind, known);
          known.put(behind, tree);
        }
        inner[member] = tree;
      }
    }
    allColumns = wanted.keySet().stream().mapToInt(Integer::intValue).toArray();
  }

  /** How many members are wanted. */
  int size() {
    return columns.length;
  }

  /** The position of the member named {@code bytes[from, to)}, -1 if nobody asked for it. */
  int find(byte[] bytes, int from, int to) {
    return names.find(bytes, from, to);
  }

  /** The column whose value a member is, or -1. */
  int column(int member) {
    return columns[member];
  }

  /** What is wanted of a member if it is an object; null: nothing. */
  @Nullable FieldTree inner(int member) {
    return inner[member];
  }

  int[] allColumns() {
    return allColumns;
  }

  /** Whether any column can come from a nested object. */
  boolean hasInner() {
    for (FieldTree tree : inner) {
      if (tree != null) {
        return true;
      }
    }
    return false;
  }
}
