package io.gamay.quickstart.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class TripFeedTest {
  private static final Set<String> COLUMNS =
      Set.of(
          "trip_id",
          "sequence",
          "city",
          "vehicle",
          "status",
          "fare",
          "distance_km",
          "rating",
          "tags",
          "event_time");

  @Test
  void anyTripCanBeMadeAgainAndAnotherSeedMakesOthers() {
    var trips = new TripGenerator(7);
    for (long n = 1; n <= 1_000; n++) {
      assertThat(trips.trip(n, 42)).isEqualTo(new TripGenerator(7).trip(n, 42));
      assertThat(trips.trip(n, 42)).isNotEqualTo(new TripGenerator(8).trip(n, 42));
    }
  }

  @Test
  void tripsAreJsonWithTheTablesColumnsAndBelievableValues() {
    var trips = new TripGenerator(7);
    List<JsonNode> rows =
        LongStream.rangeClosed(1, 5_000)
            .mapToObj(n -> JsonMapper.shared().readTree(trips.trip(n, 1_000 + n).json()))
            .toList();
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(COLUMNS).containsAll(row.propertyNames());
              assertThat(row.path("fare").asDouble()).isBetween(0.0, 2_000.0);
              assertThat(row.path("distance_km").asDouble()).isBetween(0.0, 200.0);
              assertThat(row.path("event_time").asLong())
                  .isEqualTo(1_000 + row.path("sequence").asLong());
            });
    Map<String, Long> byCity =
        rows.stream()
            .collect(
                Collectors.groupingBy(row -> row.path("city").asString(), Collectors.counting()));
    assertThat(byCity).hasSize(7);
    assertThat(rows.stream().filter(row -> !row.has("rating")).count()).isBetween(1_500L, 3_000L);
    assertThat(rows.stream().filter(row -> row.path("tags").size() > 1).count()).isPositive();
    assertThat(rows.stream().map(row -> row.path("trip_id").asString()).distinct()).hasSize(5_000);
  }

  @Test
  void theFeedGoesOnAfterTheLastTripAndFillsTheGapsBeforeIt() {
    assertThat(FeedPosition.of(new TreeSet<>())).isEqualTo(new FeedPosition(1, List.of()));
    assertThat(FeedPosition.of(new TreeSet<>(List.of(1L, 2L, 5L))))
        .isEqualTo(new FeedPosition(6, List.of(3L, 4L)));
  }

  @Test
  void gapsFurtherBackThanWhatCanBeOnItsWayAreNotFilledAgain() {
    var seen =
        LongStream.rangeClosed(3_001, 6_000).boxed().collect(Collectors.toCollection(TreeSet::new));
    seen.remove(5_001L);
    seen.remove(5_000L);
    assertThat(FeedPosition.of(seen)).isEqualTo(new FeedPosition(6_001, List.of(5_001L)));
  }
}
