package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.assignment.RebalanceOptions;
import io.gamay.controller.table.RequestRefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What was asked of a rebalance, by Pinot's parameters.
 *
 * @param dryRun whether it is only told what would be moved
 * @param preChecks whether it is told what speaks against it
 * @param reassignInstances whether servers are chosen anew, for tables that ask for a choice
 * @param notes about parameters that change nothing here
 */
record RebalanceRequest(
    boolean dryRun,
    boolean preChecks,
    boolean reassignInstances,
    RebalanceOptions options,
    List<String> notes) {

  private static final Set<String> MEANT =
      Set.of(
          "type",
          "dryRun",
          "preChecks",
          "reassignInstances",
          "includeConsuming",
          "bootstrap",
          "minAvailableReplicas",
          "bestEfforts",
          "batchSizePerServer",
          "consumingPartitions",
          "minimizeDataMovement",
          "downtime",
          "lowDiskMode",
          "updateTargetTier",
          "forceCommit");

  /** How long Pinot's process waits and tries; here each pass looks at what is there. */
  private static final Set<String> WITHOUT_MEANING =
      Set.of(
          "disableSummary",
          "diskUtilizationThreshold",
          "externalViewCheckIntervalInMs",
          "externalViewStabilizationTimeoutInMs",
          "forceCommitBatchSize",
          "forceCommitBatchStatusCheckIntervalMs",
          "forceCommitBatchStatusCheckTimeoutMs",
          "heartbeatIntervalInMs",
          "heartbeatTimeoutInMs",
          "maxAttempts",
          "retryInitialDelayInMs");

  /**
   * @param replication of the table
   * @throws RequestRefusedException naming the parameter, what it may be, and what there is instead
   */
  static RebalanceRequest parse(Map<String, String> given, int replication) {
    return new Parser(given).parse(replication);
  }

  private static final class Parser {
    private final Map<String, String> given;
    private final List<String> notes = new ArrayList<>();

    Parser(Map<String, String> given) {
      this.given = given;
    }

    RebalanceRequest parse(int replication) {
      requireKnown();
      requireType();
      boolean dryRun = is("dryRun", false);
      boolean preChecks = is("preChecks", false);
      if (preChecks && !dryRun) {
        throw invalid("preChecks", "true", "it goes with dryRun=true: look first, then order it");
      }
      if (is("lowDiskMode", false)) {
        throw invalid(
            "lowDiskMode",
            "true",
            "nothing is taken from a server before its replacement serves; batchSizePerServer bounds how much a server gets meanwhile");
      }
      if (is("downtime", false)) {
        notes.add(
            "downtime=true changes nothing: every replica stays until its replacement serves");
      }
      if (is("updateTargetTier", false)) {
        notes.add("updateTargetTier=true changes nothing: tiers always count as they are now");
      }
      requireMinimal();
      requireAvailable(replication);
      RebalanceOptions defaults = RebalanceOptions.DEFAULT;
      return new RebalanceRequest(
          dryRun,
          preChecks,
          is("reassignInstances", true),
          new RebalanceOptions(
              is("includeConsuming", defaults.includeConsuming()),
              is("bootstrap", defaults.bootstrap()),
              is("bestEfforts", defaults.bestEfforts()),
              count("batchSizePerServer", defaults.batchSizePerServer(), 10_000),
              count("consumingPartitions", defaults.consumingPartitions(), 10_000),
              is("forceCommit", defaults.forceCommit())),
          List.copyOf(notes));
    }

    private void requireKnown() {
      Set<String> unknown = new TreeSet<>(given.keySet());
      unknown.removeAll(MEANT);
      if (unknown.removeAll(WITHOUT_MEANING)) {
        Set<String> meaningless = new TreeSet<>(given.keySet());
        meaningless.retainAll(WITHOUT_MEANING);
        notes.add("%s change nothing here".formatted(meaningless));
      }
      if (!unknown.isEmpty()) {
        throw new RequestRefusedException(
            INVALID,
            "unknown parameters %s; there are %s".formatted(unknown, new TreeSet<>(MEANT)));
      }
    }

    private void requireType() {
      String type = given.getOrDefault("type", "REALTIME").toUpperCase(Locale.ROOT);
      if (type.equals("OFFLINE")) {
        throw new RequestRefusedException(NOT_FOUND, "type: there are no OFFLINE tables here");
      }
      if (!type.equals("REALTIME")) {
        throw invalid("type", type, "expected REALTIME");
      }
    }

    private void requireMinimal() {
      String value = given.getOrDefault("minimizeDataMovement", "ENABLE").toUpperCase(Locale.ROOT);
      switch (value) {
        case "ENABLE", "DEFAULT" -> {}
        case "DISABLE" ->
            throw invalid(
                "minimizeDataMovement",
                value,
                "as little as possible is always moved; bootstrap=true decides as if nothing were anywhere");
        default -> throw invalid("minimizeDataMovement", value, "expected ENABLE or DEFAULT");
      }
    }

    /** Kept whatever it is, as far as there are so many replicas. */
    private void requireAvailable(int replication) {
      int value = number("minAvailableReplicas", -1);
      if (value > replication || value < -replication) {
        throw invalid(
            "minAvailableReplicas",
            Integer.toString(value),
            "the table has %d replicas; none of them goes before its replacement serves, so anything up to that is kept"
                .formatted(replication));
      }
    }

    private boolean is(String name, boolean otherwise) {
      @Nullable String value = given.get(name);
      if (value == null || value.isEmpty()) {
        return otherwise;
      }
      return switch (value.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw invalid(name, value, "expected true or false");
      };
    }

    /** As in Pinot, -1 is for what there is without a word about it. */
    private int count(String name, int otherwise, int max) {
      int value = number(name, -1);
      if (value == -1) {
        return otherwise;
      }
      if (value < 1 || value > max) {
        throw invalid(
            name, Integer.toString(value), "expected 1 to %d, or -1: %d".formatted(max, otherwise));
      }
      return value;
    }

    private int number(String name, int otherwise) {
      @Nullable String value = given.get(name);
      if (value == null || value.isEmpty()) {
        return otherwise;
      }
      try {
        return Integer.parseInt(value);
      } catch (NumberFormatException notANumber) {
        throw invalid(name, value, "expected a number");
      }
    }

    private static RequestRefusedException invalid(String name, String value, String why) {
      return new RequestRefusedException(INVALID, "%s: %s: %s".formatted(name, value, why));
    }
  }
}
