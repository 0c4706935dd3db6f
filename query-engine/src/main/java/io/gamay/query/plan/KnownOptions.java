package io.gamay.query.plan;

import io.gamay.query.plan.QueryOptions.Dialect;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which names of options mean something, here or to Pinot. */
final class KnownOptions {

  /** Read here or by the broker. */
  private static final Set<String> OURS =
      Set.of(
          "sqlDialect",
          "timeoutMs",
          "enableNullHandling",
          "numGroupsLimit",
          "minOffsets",
          "offsetToken",
          "asOf",
          "useResultCache",
          "maxExecutionThreads",
          "maxScannedRows",
          "maxQueryMemoryBytes",
          "maxResultRows",
          "clientQueryId",
          "maxServerResponseSizeBytes",
          "maxQueryResponseSizeBytes",
          "useMultistageEngine");

  /** Of the Pinot dialect only, whose groups may be lost. */
  private static final Set<String> OF_LOST_GROUPS =
      Set.of(
          "errorOnNumGroupsLimit",
          "minSegmentGroupTrimSize",
          "minServerGroupTrimSize",
          "minBrokerGroupTrimSize",
          "groupTrimThreshold");

  /** What clients of Pinot send of themselves and nobody wrote; no word about them. */
  private static final Set<String> SILENT = Set.of("groupByMode", "responseFormat", "trace");

  /** Options of Pinot that change no answer here, by why they do not. */
  private static final Map<String, Set<String>> WITHOUT_EFFECT =
      Map.of(
          "how rows are found is chosen by what there is",
          Set.of(
              "useStarTree",
              "useScanReorderOpt",
              "AndScanReordering",
              "skipIndexes",
              "inPredicatePreSorted",
              "inPredicateLookupAlgorithm",
              "materializedViewRewrite",
              "vectorNprobe",
              "vectorEfSearch"),
          "queries share the threads in turns, whoever asks",
          Set.of("applicationName", "workloadName", "isSecondaryWorkload"),
          "replicas are chosen by what they have reached",
          Set.of("numReplicaGroupsToQuery", "orderedPreferredPools", "useFixedReplica"),
          "what is missing in an answer is always told, and nothing else is left out",
          Set.of("skipUnavailableServers", "ignoreMissingSegments"),
          "no table has upserts",
          Set.of("skipUpsert", "skipUpsertView", "skipUpsertDelete", "upsertViewFreshnessMs"),
          "groups and distinct rows are whole without it",
          Set.of(
              "accurateGroupByWithoutOrderBy",
              "serverReturnFinalResult",
              "serverReturnFinalResultKeyUnpartitioned",
              "maxRowsInDistinct",
              "maxRowsWithoutChangeInDistinct",
              "maxExecutionTimeMsInDistinct"),
          "types of an answer without rows are known, and so are its columns",
          Set.of("useMSEToFillEmptyResponseSchema", "excludeVirtualColumns"),
          "plans are not shown yet",
          Set.of("explainPlanVerbose", "explainAskingServers"),
          "there is no multi-stage engine",
          Set.of(
              "stageParallelism",
              "inferPartitionHint",
              "usePhysicalOptimizer",
              "useLiteMode",
              "useSpools",
              "multiStageLeafLimit",
              "usePlannerRules",
              "skipPlannerRules",
              "traceRuleProductions",
              "maxRowsInJoin",
              "joinOverflowMode",
              "maxRowsInWindow",
              "windowOverflowMode",
              "runInBroker"));

  /** What would change the answer, and what to do instead. */
  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "getCursor", "leave it out and page with LIMIT and OFFSET",
          "cursorNumRows", "leave it out and page with LIMIT and OFFSET",
          "dropResults", "leave it out and ask with LIMIT 0",
          "autoRewriteAggregationType",
              "the standard dialect keeps the types of SUM, MIN and MAX: SET sqlDialect ="
                  + " 'standard'",
          "filteredAggregationsSkipEmptyGroups", "leave it out and filter with HAVING",
          "sampler", "leave it out: every row is looked at",
          "database", "leave it out and name the table in full");

  private KnownOptions() {}

  /**
   * @param options names in any case
   */
  static void refuseUnsupported(Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          boolean isOff = value.isBlank() || value.strip().equalsIgnoreCase("false");
          UNSUPPORTED.forEach(
              (unsupported, instead) -> {
                if (unsupported.equalsIgnoreCase(name) && !isOff) {
                  throw Refusals.invalid(
                      "not supported yet: option %s; %s".formatted(unsupported, instead));
                }
              });
        });
  }

  /** A sentence for each name that has no effect in the dialect. */
  static List<String> warnings(Collection<String> names, Dialect dialect) {
    var warnings = new ArrayList<String>();
    for (String name : names) {
      warning(name, dialect).ifPresent(warnings::add);
    }
    return warnings;
  }

  private static Optional<String> warning(String name, Dialect dialect) {
    if (has(OURS, name) || has(SILENT, name) || has(UNSUPPORTED.keySet(), name)) {
      return Optional.empty();
    }
    if (has(OF_LOST_GROUPS, name)) {
      return dialect == Dialect.PINOT
          ? Optional.empty()
          : Optional.of(
              "option %s has no effect: the standard dialect leaves no group out".formatted(name));
    }
    for (Map.Entry<String, Set<String>> known : WITHOUT_EFFECT.entrySet()) {
      if (has(known.getValue(), name)) {
        return Optional.of("option %s has no effect: %s".formatted(name, known.getKey()));
      }
    }
    return Optional.of(
        "option %s is not known and has no effect%s".formatted(name, NearestName.hint(name, OURS)));
  }

  private static boolean has(Set<String> names, String name) {
    return names.stream().anyMatch(name::equalsIgnoreCase);
  }
}
