package io.gamay.query.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.error.QueryException;
import io.gamay.query.plan.QueryOptions.Dialect;
import io.gamay.query.sql.SqlParser;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The options in everyday use of Pinot's: each is honoured, or refused, or told. */
class KnownOptionsTest {

  private static final TableSchema SCHEMA =
      new TableSchema("t", 1, List.of(ColumnSpec.dimension("x", DataType.INT)));

  /** The broker refuses it before it plans. */
  private static final Set<String> OF_THE_BROKER = Set.of("useMultistageEngine");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timeoutMs | 77",
        "enableNullHandling | true",
        "useMultistageEngine | true",
        "skipUpsert | true",
        "useStarTree | false",
        "numGroupsLimit | 7",
        "minSegmentGroupTrimSize | 7",
        "minServerGroupTrimSize | 7",
        "minBrokerGroupTrimSize | 7",
        "groupTrimThreshold | 7",
        "maxExecutionThreads | 3",
        "numReplicaGroupsToQuery | 2",
        "explainPlanVerbose | true",
        "skipUnavailableServers | true",
        "clientQueryId | q",
        "maxServerResponseSizeBytes | 77",
        "maxQueryResponseSizeBytes | 77",
        "stageParallelism | 2",
        "inferPartitionHint | true",
        "maxRowsInJoin | 7",
        "joinOverflowMode | THROW",
        "maxRowsInWindow | 7",
        "windowOverflowMode | THROW",
        "usePhysicalOptimizer | true",
        "useLiteMode | true",
        "skipIndexes | x=inverted",
        "filteredAggregationsSkipEmptyGroups | true",
        "serverReturnFinalResult | true",
        "orderedPreferredPools | 1",
        "useFixedReplica | true",
        "applicationName | a",
        "workloadName | a",
        "isSecondaryWorkload | true",
        "dropResults | true",
        "getCursor | true",
        "cursorNumRows | 7",
        "errorOnNumGroupsLimit | true"
      })
  void everyOptionIsHonouredOrRefusedOrTold(String name, String value) {
    for (Dialect dialect : Dialect.values()) {
      QueryOptions options;
      try {
        options = options(dialect, Map.of(name, value));
      } catch (QueryException refused) {
        assertThat(refused).hasMessageContaining("option " + name);
        continue;
      }
      boolean isTold =
          options.warnings().stream().anyMatch(told -> told.startsWith("option " + name + " has"));
      boolean isHonoured = !honoured(options).equals(honoured(options(dialect, Map.of())));
      assertThat(isTold || isHonoured || OF_THE_BROKER.contains(name))
          .as("%s in %s", name, dialect)
          .isTrue();
      assertThat(isTold && isHonoured).as("%s in %s", name, dialect).isFalse();
    }
  }

  /** Everything that planning and running a query look at. */
  private static List<Object> honoured(QueryOptions options) {
    return List.of(
        options.timeout(),
        options.nullHandling(),
        options.groups(),
        options.limits(),
        options.clientQueryId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"groupByMode", "responseFormat", "trace", "GROUPBYMODE"})
  void whatClientsSendOfThemselvesIsNotTold(String name) {
    assertThat(options(Dialect.STANDARD, Map.of(name, "sql")).warnings()).isEmpty();
  }

  @Test
  void theStandardDialectLosesNoGroupWhateverIsAskedFor() {
    QueryOptions options =
        options(
            Dialect.STANDARD,
            Map.of(
                "minServerGroupTrimSize", "1",
                "minSegmentGroupTrimSize", "1",
                "groupTrimThreshold", "1"));
    assertThat(options.groups()).isEqualTo(GroupOptions.exact(1_000));
    assertThat(options.warnings())
        .hasSize(3)
        .allMatch(told -> told.endsWith("the standard dialect leaves no group out"));
  }

  @Test
  void groupsOfThePinotDialectAreThoseOfPinotUnlessTheQuerySaysOtherwise() {
    assertThat(options(Dialect.PINOT, Map.of()).groups())
        .isEqualTo(new GroupOptions(1_000, true, GroupOptions.NO_TRIM, 5_000, 5_000, 1_000_000));
    assertThat(
            options(
                    Dialect.PINOT,
                    Map.of(
                        "numGroupsLimit", "5000000",
                        "minSegmentGroupTrimSize", "10",
                        "minServerGroupTrimSize", "-1",
                        "minBrokerGroupTrimSize", "0",
                        "groupTrimThreshold", "-5"))
                .groups())
        .isEqualTo(
            new GroupOptions(
                5_000_000,
                true,
                10,
                GroupOptions.NO_TRIM,
                GroupOptions.NO_TRIM,
                GroupOptions.NO_TRIM));
  }

  private static QueryOptions options(Dialect dialect, Map<String, String> options) {
    return new QueryPlanner()
        .plan(
            new SqlParser().parse("SELECT x FROM t"),
            SCHEMA,
            options,
            new QueryPlanner.Context(
                InstantSource.fixed(Instant.EPOCH), dialect, Duration.ofSeconds(10), 1_000))
        .options();
  }
}
