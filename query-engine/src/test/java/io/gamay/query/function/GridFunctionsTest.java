package io.gamay.query.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gamay.query.error.QueryException;
import io.gamay.query.function.TestCall.Fixed;
import io.gamay.segment.schema.Value;
import io.gamay.testkit.random.Seeds;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridFunctionsTest {

  /** The cell that H3's own documentation begins with, and its neighbours. */
  private static final long CELL = 0x8928308280fffffL;

  private static final List<Long> DISK =
      List.of(
          CELL,
          0x8928308280bffffL,
          0x89283082873ffffL,
          0x89283082877ffffL,
          0x8928308283bffffL,
          0x89283082807ffffL,
          0x89283082803ffffL);

  private static final double LATITUDE = 37.775938728915946;
  private static final double LONGITUDE = -122.41795063018799;

  private static long whole(String function, Object... arguments) {
    return ((Value.LongValue) TestCall.value(function, arguments).orElseThrow()).value();
  }

  /** Places that geohash.org and descriptions of it name. */
  @ParameterizedTest
  @CsvSource({
    "57.64911, 10.40744, 11, u4pruydqqvj",
    "42.605, -5.603, 5, ezs42",
    "48.669, -4.329, 5, gbsuv",
    "0, 0, 1, s",
    "-90, -180, 3, 000",
    "90, 180, 3, zzz"
  })
  void placesHaveTheirGeohash(double latitude, double longitude, int length, String hash) {
    assertThat(TestCall.text("encode_geo_hash", latitude, longitude, length)).isEqualTo(hash);
    assertThat(TestCall.text("encodeGeoHash", latitude, longitude, length)).isEqualTo(hash);
  }

  @Test
  void geohashNamesTheMiddleOfItsCell() {
    assertThat(TestCall.real("decode_geo_hash_lat", "ezs42")).isCloseTo(42.605, within(0.001));
    assertThat(TestCall.real("decode_geo_hash_lon", "EZS42")).isCloseTo(-5.603, within(0.001));
    assertThat(TestCall.list("decode_geo_hash", "u"))
        .containsExactly(new Value.DoubleValue(67.5), new Value.DoubleValue(22.5));
  }

  @Test
  void geohashOfTheMiddleIsTheSame() {
    Seeds.forEach(
        200,
        random -> {
          int length = random.between(1, 12);
          double latitude = -90 + 180 * random.nextDouble();
          double longitude = -180 + 360 * random.nextDouble();
          String hash = TestCall.text("encode_geo_hash", latitude, longitude, length);
          double middleLatitude = TestCall.real("decode_geo_hash_latitude", hash);
          double middleLongitude = TestCall.real("decode_geo_hash_longitude", hash);
          assertThat(TestCall.text("encode_geo_hash", middleLatitude, middleLongitude, length))
              .isEqualTo(hash);
          int bits = 5 * length;
          assertThat(Math.abs(middleLatitude - latitude))
              .isLessThanOrEqualTo(90.0 / (1L << bits / 2));
          assertThat(Math.abs(middleLongitude - longitude))
              .isLessThanOrEqualTo(180.0 / (1L << (bits + 1) / 2));
        });
  }

  @Test
  void whatIsNoPlaceIsRefused() {
    assertThatThrownBy(() -> TestCall.text("encode_geo_hash", 91.0, 0.0, 5))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("no place of latitude 91.0");
    assertThatThrownBy(() -> TestCall.text("encode_geo_hash", 0.0, Double.NaN, 5))
        .hasMessageContaining("no place");
    assertThatThrownBy(() -> TestCall.text("encode_geo_hash", 0.0, 0.0, 13))
        .hasMessageContaining("1 to 12 characters");
    assertThatThrownBy(() -> TestCall.list("decode_geo_hash", "ezs4a"))
        .hasMessageContaining("unexpected character a at 4");
    assertThatThrownBy(() -> TestCall.list("decode_geo_hash", ""))
        .hasMessageContaining("a character at least");
  }

  @Test
  void placesHaveTheirCell() {
    assertThat(whole("geo_to_h3", LONGITUDE, LATITUDE, 9)).isEqualTo(CELL);
    for (String kind : List.of("geog", "geom")) {
      byte[] point =
          TestCall.bytes(
              "st_" + kind + "_from_text", "POINT (%s %s)".formatted(LONGITUDE, LATITUDE));
      assertThat(whole("geo_to_h3", point, 9)).isEqualTo(CELL);
      assertThat(whole("geoToH3", new Fixed(point), 9)).isEqualTo(CELL);
    }
    byte[] line =
        TestCall.bytes(
            "st_geog_from_text", "LINESTRING (%s %s, 0 0)".formatted(LONGITUDE, LATITUDE));
    assertThat(whole("geo_to_h3", line, 9)).isEqualTo(CELL);
  }

  @Test
  void diskIsTheCellAndWhatIsNear() {
    assertThat(TestCall.list("grid_disk", CELL, 1))
        .containsExactlyInAnyOrderElementsOf(
            DISK.stream().<Value>map(Value.LongValue::new).toList());
    for (int steps = 0; steps < 8; steps++) {
      List<Value> disk = TestCall.list("grid_disk", CELL, steps);
      assertThat(new HashSet<>(disk)).hasSize(3 * steps * (steps + 1) + 1).hasSameSizeAs(disk);
      for (Value cell : disk) {
        assertThat(whole("grid_distance", CELL, ((Value.LongValue) cell).value()))
            .isLessThanOrEqualTo(steps);
      }
    }
  }

  @Test
  void neighboursAreOneStepAway() {
    for (long cell : DISK) {
      assertThat(whole("grid_distance", CELL, cell)).isEqualTo(cell == CELL ? 0 : 1);
    }
  }

  @Test
  void whatIsNoCellIsRefused() {
    assertThatThrownBy(() -> whole("grid_distance", CELL, 5L))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("GRID_DISTANCE: 5 is no cell of H3");
    long wide = whole("geo_to_h3", LONGITUDE, LATITUDE, 5);
    assertThatThrownBy(() -> whole("grid_distance", CELL, wide))
        .hasMessageContaining("knows no distance");
    assertThatThrownBy(() -> TestCall.list("grid_disk", 0L, 1)).hasMessageContaining("no cell");
    assertThatThrownBy(() -> TestCall.list("grid_disk", CELL, -1))
        .hasMessageContaining("must not be negative");
    assertThatThrownBy(() -> TestCall.list("grid_disk", CELL, 181))
        .hasMessageContaining("more than 30 steps");
    assertThatThrownBy(() -> whole("geo_to_h3", LONGITUDE, LATITUDE, 16))
        .hasMessageContaining("resolutions are 0 to 15");
    assertThatThrownBy(() -> whole("geo_to_h3", LATITUDE, LONGITUDE, 9))
        .hasMessageContaining("no place of latitude -122");
    byte[] empty = TestCall.bytes("st_geog_from_text", "LINESTRING EMPTY");
    assertThatThrownBy(() -> whole("geo_to_h3", empty, 9)).hasMessageContaining("empty geometry");
    byte[] nowhere = TestCall.bytes("st_geog_from_text", "POINT EMPTY");
    assertThatThrownBy(() -> whole("geo_to_h3", nowhere, 9)).hasMessageContaining("no place");
  }
}
