package io.gamay.cluster.table;

import java.util.Set;

/** The functions that an ingestion transform may call; the one list of them. */
public final class TransformFunctions {

  /** In lower case without underscores; names are matched that way. */
  public static final Set<String> NAMES =
      Set.of(
          "fromepochdays",
          "fromepochhours",
          "fromepochminutes",
          "fromepochseconds",
          "toepochdays",
          "toepochhours",
          "toepochminutes",
          "toepochseconds",
          "fromdatetime",
          "todatetime",
          "jsonformat");

  private TransformFunctions() {}
}
