package io.gamay.quickstart.feed;

import io.gamay.quickstart.client.BrokerClient;
import io.gamay.quickstart.client.ControllerClient;
import io.gamay.quickstart.client.QueryAnswer;
import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.kafka.KafkaUnreachableException;
import io.gamay.quickstart.kafka.Topics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** The quickstart's table and its topic. */
public final class TripsTable {
  /** Of the table, its schema and its topic. */
  public static final String NAME = "trips";

  public static final int PARTITION_COUNT = 4;

  /** What a newcomer is shown. */
  public static final List<String> SAMPLE_QUERIES =
      List.of(
          "SELECT COUNT(*) AS trips, MAX(sequence) AS last_trip, MAX(event_time) AS last_event_time"
              + " FROM trips",
          "SELECT city, COUNT(*) AS trips, SUM(fare) AS fares, AVG(distance_km) AS avg_km,"
              + " AVG(rating) AS avg_rating FROM trips WHERE status = 'completed'"
              + " GROUP BY city ORDER BY trips DESC LIMIT 10",
          "SELECT tags, COUNT(*) AS trips, MAX(fare) AS top_fare FROM trips"
              + " GROUP BY tags ORDER BY trips DESC LIMIT 5");

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);

  private TripsTable() {}

  /** Creates what is not there yet: topic, schema, table; waits for a controller that leads. */
  public static void createIfAbsent(
      String bootstrapAddress, ControllerClient controller, InstantSource clock)
      throws InterruptedException, KafkaUnreachableException, IOException {
    try (var topics = new Topics(bootstrapAddress)) {
      topics.createIfAbsent(NAME, PARTITION_COUNT, Map.of("retention.ms", "-1"));
    }
    String schema = resource("/trips/schema.json");
    String table = resource("/trips/table.json");
    Instant giveUp = clock.instant().plus(PATIENCE);
    while (true) {
      try {
        if (controller.table(NAME).isEmpty()) {
          controller.addSchema(schema);
          controller.createTable(table);
        }
        return;
      } catch (Failure notYet) {
        if (clock.instant().isAfter(giveUp)) {
          throw notYet;
        }
        LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      }
    }
  }

  /**
   * Asks for the count until it is complete, and above 0 where rows are expected; after a minute
   * the last answer is what it is.
   *
   * @throws Failure if there was none by then
   */
  public static QueryAnswer awaitAnswer(BrokerClient broker, boolean isFed, InstantSource clock) {
    Instant giveUp = clock.instant().plus(PATIENCE);
    while (true) {
      try {
        QueryAnswer answer = broker.query("SELECT COUNT(*) FROM trips");
        if (isComplete(answer, isFed) || clock.instant().isAfter(giveUp)) {
          return answer;
        }
      } catch (Failure notYet) {
        if (clock.instant().isAfter(giveUp)) {
          throw notYet;
        }
      }
      LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
    }
  }

  private static boolean isComplete(QueryAnswer answer, boolean isFed) {
    if (!answer.exceptions().isEmpty() || answer.isPartial() || answer.rows().isEmpty()) {
      return false;
    }
    JsonNode count = answer.rows().getFirst().getFirst();
    return count.asLong(0) >= (isFed ? TripFeed.BACKLOG : 0);
  }

  private static String resource(String path) throws IOException {
    try (InputStream stream = TripsTable.class.getResourceAsStream(path)) {
      if (stream == null) {
        throw new IllegalStateException("no resource " + path);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
