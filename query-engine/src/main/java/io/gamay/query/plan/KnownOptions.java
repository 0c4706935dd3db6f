package io.gamay.query.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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
          "useResultCache",
          "maxExecutionThreads",
          "maxScannedRows",
          "maxQueryMemoryBytes",
          "maxResultRows",
          "clientQueryId",
          "maxServerResponseSizeBytes",
          "maxQueryResponseSizeBytes",
          "useMultistageEngine");

  /**
   * Options of Pinot that its clients send and that change no answer here: about costs, about what
   * is exact here anyway, about upserts, replicas and joins, that no table has.
   */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "groupByMode",
          "responseFormat",
          "trace",
          "applicationName",
          "workloadName",
          "isSecondaryWorkload",
          "useStarTree",
          "useScanReorderOpt",
          "AndScanReordering",
          "skipIndexes",
          "inPredicatePreSorted",
          "inPredicateLookupAlgorithm",
          "numReplicaGroupsToQuery",
          "orderedPreferredPools",
          "useFixedReplica",
          "skipUnavailableServers",
          "ignoreMissingSegments",
          "skipUpsert",
          "skipUpsertView",
          "skipUpsertDelete",
          "upsertViewFreshnessMs",
          "minSegmentGroupTrimSize",
          "minServerGroupTrimSize",
          "minBrokerGroupTrimSize",
          "groupTrimThreshold",
          "accurateGroupByWithoutOrderBy",
          "errorOnNumGroupsLimit",
          "serverReturnFinalResult",
          "serverReturnFinalResultKeyUnpartitioned",
          "maxRowsInDistinct",
          "maxRowsWithoutChangeInDistinct",
          "maxExecutionTimeMsInDistinct",
          "explainPlanVerbose",
          "explainAskingServers",
          "excludeVirtualColumns",
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
          "useMSEToFillEmptyResponseSchema",
          "vectorNprobe",
          "vectorEfSearch",
          "materializedViewRewrite",
          "runInBroker");

  /** What would change the answer, and what to do instead. */
  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "asOf", "leave it out: answers are of now",
          "getCursor", "leave it out and page with LIMIT and OFFSET",
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

  /** A sentence for each name that means nothing. */
  static List<String> warnings(Collection<String> names) {
    Set<String> known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    known.addAll(OURS);
    known.addAll(WITHOUT_EFFECT);
    known.addAll(UNSUPPORTED.keySet());
    var warnings = new ArrayList<String>();
    for (String name : names) {
      if (!known.contains(name)) {
        warnings.add(
            "option %s is not known and has no effect%s"
                .formatted(name, NearestName.hint(name, OURS)));
      }
    }
    return warnings;
  }
}
