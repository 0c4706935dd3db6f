package io.gamay.query.plan;

import io.gamay.query.function.ScalarFunction;
import java.util.Map;
import java.util.Optional;

/** Functions of Pinot that are not here, each with what it needs and what to write instead. */
final class MissingFunctions {

  private static final String SUB_QUERY =
      "it needs a query within a query: ask for ID_SET(x) first and give its text to IN_ID_SET";
  private static final String TEXT_INDEX =
      "it needs a text index: use LIKE, CONTAINS or REGEXP_LIKE";
  private static final String GAPS =
      "group by DATETRUNC and fill the gaps where the answer is read";

  /** By names without case and underscores. */
  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("textmatch", TEXT_INDEX),
          Map.entry("textcontains", TEXT_INDEX),
          Map.entry(
              "vectorsimilarity",
              "it needs a vector index: use ORDER BY COSINE_DISTANCE(column, ARRAY[...]) LIMIT k"),
          Map.entry(
              "vectorsimilarityradius",
              "it needs a vector index: use L2_DISTANCE(column, ARRAY[...]) < radius"),
          Map.entry(
              "semanticmatch",
              "it needs a model and a vector index: use COSINE_DISTANCE with a vector of your own"),
          Map.entry(
              "lookup",
              "it needs a dimension table: write the wanted column into this table's records"),
          Map.entry("insubquery", SUB_QUERY),
          Map.entry("inpartitionedsubquery", SUB_QUERY),
          Map.entry(
              "groovy", "it runs code that is not SQL on the servers: use expressions and CASE"),
          Map.entry("gapfill", GAPS),
          Map.entry("fill", GAPS),
          Map.entry("timeserieson", GAPS),
          Map.entry("clpdecode", "it needs columns in CLP's encoding: store the text as STRING"));

  private MissingFunctions() {}

  /** What to say of a function that Pinot has and this has not; empty for other names. */
  static Optional<String> reason(String name) {
    return Optional.ofNullable(REASONS.get(ScalarFunction.canonical(name)));
  }
}
