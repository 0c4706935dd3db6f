package io.gamay.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gamay.it.cluster.GamayCluster;
import io.gamay.it.cluster.Loud;
import io.gamay.it.cluster.Template;
import io.gamay.quickstart.client.QueryAnswer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real files, produced by the {@code gamay} command, answer as DuckDB does over the same rows. The
 * environment variable {@code GAMAY_TEST_DATA} names the directory with {@code airlineStats.avro}
 * and {@code githubEvents.ndjson}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealDataIT {
  private static final String DATA_VARIABLE = "GAMAY_TEST_DATA";
  private static final int AIRLINE_ROWS = 9_746;
  private static final int GITHUB_ROWS = 800;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private GamayCluster cluster;
  private ReferenceDatabase reference;

  @BeforeAll
  void loadBoth() throws Exception {
    String directory = System.getenv(DATA_VARIABLE);
    if (directory == null) {
      Loud.say("RealDataIT DID NOT RUN: " + DATA_VARIABLE + " names no directory with the files");
    }
    Assumptions.assumeTrue(directory != null, DATA_VARIABLE + " is not set");
    Path data = Path.of(String.valueOf(directory));
    cluster = GamayCluster.start("real-data", 1);
    load("airline", "flights-realtime", data.resolve("airlineStats.avro"));
    load("github", "githubEvents", data.resolve("githubEvents.ndjson"));
    reference = new ReferenceDatabase();
    reference.loadAirline(data.resolve("airlineStats.avro"));
    reference.loadGithub(data.resolve("githubEvents.ndjson"));
    awaitCount("airlineStats", AIRLINE_ROWS);
    awaitCount("githubEvents", GITHUB_ROWS);
  }

  @AfterAll
  void closeBoth() throws SQLException {
    if (reference != null) {
      reference.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private void load(String resources, String topic, Path file) {
    cluster.createTopic(topic, 1);
    Map<String, String> values = Map.of("topic", topic, "kafka", cluster.kafka());
    cluster.createTable(
        Template.fill("/" + resources + "/schema.json", values),
        Template.fill("/" + resources + "/table.json", values));
    Loud.say(
        cluster
            .gamay(
                "produce", "--topic", topic, "--file", file.toString(), "--kafka", cluster.kafka())
            .strip());
  }

  private void awaitCount(String table, long count) {
    await(count + " rows in " + table)
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              QueryAnswer answer = whole("SELECT COUNT(*) FROM " + table);
              assertThat(answer.rows().getFirst().getFirst().asLong()).isEqualTo(count);
            });
  }

  @Test
  void everyRecordOfTheFilesIsARow() {
    awaitCount("airlineStats", AIRLINE_ROWS);
    awaitCount("githubEvents", GITHUB_ROWS);
    cluster.ledger("airlineStats").requireClosed(1);
    cluster.ledger("githubEvents").requireClosed(1);
    assertThat(cluster.controllerAnswer("/tables/airlineStats/quarantine").path("records"))
        .isEmpty();
    assertThat(cluster.controllerAnswer("/tables/githubEvents/quarantine").path("records"))
        .isEmpty();
  }

  static Stream<String> aggregations() {
    return Stream.of(
        "SELECT SUM(ArrDelay), SUM(Distance), COUNT(*) FROM airlineStats",
        "SELECT MIN(ArrDelay), MAX(ArrDelay), MIN(Distance), MAX(Distance) FROM airlineStats",
        "SELECT AVG(Distance), AVG(DayOfWeek) FROM airlineStats",
        "SELECT Carrier, COUNT(*), SUM(Distance), AVG(Distance) FROM airlineStats"
            + " GROUP BY Carrier ORDER BY Carrier",
        "SELECT COUNT(*) FROM airlineStats WHERE Cancelled = 1 OR Diverted = 1",
        "SELECT Origin, COUNT(*) FROM airlineStats GROUP BY Origin HAVING COUNT(*) > 100"
            + " ORDER BY COUNT(*) DESC, Origin LIMIT 15",
        "SELECT DayOfWeek, SUM(DepDelay), MAX(DepDelay) FROM airlineStats WHERE DepDelay > 60"
            + " GROUP BY DayOfWeek ORDER BY DayOfWeek",
        "SELECT CancellationCode, COUNT(*) FROM airlineStats"
            + " GROUP BY CancellationCode ORDER BY CancellationCode",
        "SELECT COUNT(*), SUM(AirTime) FROM airlineStats"
            + " WHERE Dest LIKE 'S%' AND Distance BETWEEN 500 AND 1000 AND NOT Origin IN ('SFO', 'LAX')",
        "SELECT DISTINCT OriginState FROM airlineStats ORDER BY OriginState LIMIT 100",
        "SELECT DaysSinceEpoch, ts, COUNT(*) FROM airlineStats"
            + " GROUP BY DaysSinceEpoch, ts ORDER BY DaysSinceEpoch LIMIT 100",
        "SELECT SUM(Distance * 2 + 1), MAX(Distance - DayOfWeek * 10) FROM airlineStats"
            + " WHERE FlightDate >= '2014-01-15'",
        "SELECT type, COUNT(*) FROM githubEvents GROUP BY type ORDER BY type",
        "SELECT COUNT(*) FROM githubEvents WHERE public = true AND type <> 'PushEvent'",
        "SELECT created_at, created_at_timestamp, COUNT(*) FROM githubEvents"
            + " GROUP BY created_at, created_at_timestamp ORDER BY created_at LIMIT 1000");
  }

  @ParameterizedTest
  @MethodSource("aggregations")
  void aggregationsAreEqualToDuckDbs(String sql) throws SQLException {
    List<List<Object>> expected = reference.rows(sql);
    assertThat(expected).as("a question with an answer").isNotEmpty();
    Rows.requireEqual(whole(sql).rows(), expected);
  }

  @Test
  void multiValueColumnsMatchWhenOneElementDoes() throws SQLException {
    for (String airport : List.of("SFO", "SEA", "PHX", "no such airport")) {
      List<List<Object>> expected =
          reference.rows(
              "SELECT COUNT(*), SUM(Distance) FROM airlineStats"
                  + " WHERE list_contains(RandomAirports, '%s')".formatted(airport));
      QueryAnswer answer =
          whole(
              "SELECT COUNT(*), SUM(Distance) FROM airlineStats WHERE RandomAirports = '%s'"
                  .formatted(airport));
      if (!expected.getFirst().getFirst().equals(0L)) {
        Rows.requireEqual(answer.rows(), expected);
      } else {
        assertThat(answer.rows().getFirst().getFirst().asLong()).isZero();
      }
    }
  }

  private QueryAnswer whole(String sql) {
    QueryAnswer answer = cluster.query(sql);
    assertThat(answer.exceptions()).as(sql).isEmpty();
    assertThat(answer.isPartial()).as(sql).isFalse();
    return answer;
  }
}
