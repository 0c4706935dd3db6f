package io.gamay.cluster.table;

import java.util.Optional;

/** Names of tables and schemas. */
final class TableNames {

  static final String REALTIME_SUFFIX = "_REALTIME";
  static final String OFFLINE_SUFFIX = "_OFFLINE";

  private static final int MAX_LENGTH = 200;

  private TableNames() {}

  /** What is wrong with a raw name, if anything. */
  static Optional<String> problemWith(String name) {
    if (name.isEmpty()) {
      return Optional.of("the name is empty");
    }
    if (name.length() > MAX_LENGTH) {
      return Optional.of("the name is longer than %d characters".formatted(MAX_LENGTH));
    }
    if (name.contains("__")) {
      return Optional.of("'%s' contains '__', which parts the names of segments".formatted(name));
    }
    boolean isPlain =
        name.chars()
            .allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.');
    if (!isPlain) {
      return Optional.of("'%s' may hold letters, digits, '_', '-' and one '.'".formatted(name));
    }
    if (name.indexOf('.') != name.lastIndexOf('.') || name.startsWith(".") || name.endsWith(".")) {
      return Optional.of("'%s' may hold one '.', after the database's name".formatted(name));
    }
    return Optional.empty();
  }

  static String withoutType(String name) {
    if (name.endsWith(REALTIME_SUFFIX)) {
      return name.substring(0, name.length() - REALTIME_SUFFIX.length());
    }
    return name.endsWith(OFFLINE_SUFFIX)
        ? name.substring(0, name.length() - OFFLINE_SUFFIX.length())
        : name;
  }
}
