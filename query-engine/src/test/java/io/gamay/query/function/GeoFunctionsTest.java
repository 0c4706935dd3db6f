package io.gamay.query.function;

import static io.gamay.query.function.TestCall.bytes;
import static io.gamay.query.function.TestCall.flag;
import static io.gamay.query.function.TestCall.real;
import static io.gamay.query.function.TestCall.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gamay.query.error.QueryException;
import io.gamay.query.function.TestCall.Fixed;
import io.gamay.query.geo.Sphere;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GeoFunctionsTest {

  private static byte[] geometry(String text) {
    return bytes("st_geom_from_text", text);
  }

  private static byte[] geography(String text) {
    return bytes("st_geog_from_text", text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POINT EMPTY rubbish | 12",
        "POINT EMPTYrubbish | 11",
        "polygon empty ) | 14",
        "GEOMETRYCOLLECTION EMPTY (POINT EMPTY) | 25",
        "POINT (1 2) rubbish | 12",
        "GEOMETRYCOLLECTION (POINT EMPTY) x | 33"
      })
  void textBehindGeometryIsRefusedWithItsPlace(String written, int place) {
    assertThatThrownBy(() -> geography(written))
        .isInstanceOf(QueryException.class)
        .hasMessageContaining("behind the geometry, at " + place);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POINT (30 10)",
        "POINT EMPTY",
        "LINESTRING (30 10, 10 30, 40 40)",
        "LINESTRING EMPTY",
        "POLYGON ((35 10, 45 45, 15 40, 10 20, 35 10), (20 30, 35 35, 30 20, 20 30))",
        "POLYGON EMPTY",
        "MULTIPOINT ((10 40), (40 30))",
        "MULTILINESTRING ((10 10, 20 20), (40 40, 30 30))",
        "MULTIPOLYGON (((30 20, 45 40, 10 40, 30 20)), ((15 5, 40 10, 10 20, 15 5)))",
        "GEOMETRYCOLLECTION (POINT (40 10), LINESTRING (10 10, 20 20))",
        "GEOMETRYCOLLECTION EMPTY"
      })
  void geometryIsTheSameInAllForms(String written) {
    for (String kind : List.of("geom", "geog")) {
      byte[] stored = bytes("st_" + kind + "_from_text", written);
      assertThat(text("st_as_text", (Object) stored)).isEqualTo(written);
      assertThat(bytes("st_" + kind + "_from_wkb", (Object) bytes("st_as_binary", (Object) stored)))
          .isEqualTo(stored);
      String json = text("st_as_geo_json", (Object) stored);
      assertThat(bytes("st_" + kind + "_from_geo_json", json)).isEqualTo(stored);
      assertThat(bytes("st_" + kind + "_from_geo_json", new Fixed(json))).isEqualTo(stored);
      assertThat(bytes("st_" + kind + "_from_text", new Fixed(written))).isEqualTo(stored);
    }
    assertThat(
            bytes(
                "to_geometry",
                (Object) bytes("to_spherical_geography", (Object) geometry(written))))
        .isEqualTo(geometry(written));
  }

  @Test
  void pointsAreStoredAsPinotStoresThem() {
    assertThat(HexFormat.of().formatHex(bytes("st_point", -122.0, 37.0, 1)))
        .isEqualTo("80c05e8000000000004042800000000000");
    assertThat(HexFormat.of().formatHex(bytes("st_point", -122.0, 37.0)))
        .isEqualTo("00c05e8000000000004042800000000000");
  }

  @Test
  void bothByteOrdersThirdCoordinatesAndSridsAreRead() {
    for (String point :
        List.of(
            "00000000013ff00000000000004000000000000000",
            "0101000000000000000000f03f0000000000000040",
            "01e9030000000000000000f03f00000000000000400000000000000840",
            "0101000080000000000000f03f00000000000000400000000000000840",
            "0101000020e6100000000000000000f03f0000000000000040")) {
      byte[] read = bytes("st_geom_from_wkb", (Object) HexFormat.of().parseHex(point));
      assertThat(text("st_as_text", (Object) read)).isEqualTo("POINT (1 2)");
    }
  }

  @Test
  void distanceIsPlanarOrOnTheSphere() {
    assertThat(real("st_distance", geometry("POINT(0 0)"), geometry("POINT(3 4)"))).isEqualTo(5);
    assertThat(real("st_distance", geometry("POINT(0 0)"), geometry("LINESTRING(2 -1,2 1)")))
        .isEqualTo(2);
    assertThat(real("st_distance", geography("POINT(0 0)"), geography("POINT(180 0)")))
        .isCloseTo(Math.PI * Sphere.RADIUS_METRES, within(1e-6));
    assertThat(real("st_distance", geography("POINT(0 90)"), geography("POINT(77 0)")))
        .isCloseTo(Math.PI / 2 * Sphere.RADIUS_METRES, within(1e-6));
    assertThat(real("st_distance", geometry("POINT EMPTY"), geometry("POINT(3 4)"))).isNaN();
    assertThat(real("st_distance", geography("POINT EMPTY"), geography("POINT(3 4)"))).isNaN();
  }

  @Test
  void areaIsPlanarOrOnTheSphere() {
    double octant = Math.PI / 2 * Sphere.RADIUS_METRES * Sphere.RADIUS_METRES;
    assertThat(
            real(
                "st_area",
                (Object) geometry("POLYGON((0 0,4 0,4 4,0 4,0 0),(1 1,2 1,2 2,1 2,1 1))")))
        .isEqualTo(15);
    assertThat(real("st_area", (Object) geography("POLYGON((0 0,90 0,0 90,0 0))")))
        .isCloseTo(octant, within(1.0));
    assertThat(real("st_area", (Object) geography("POLYGON((0 0,90 0,180 0,-90 0,0 0))")))
        .isCloseTo(4 * octant, within(1.0));
    double cap = real("st_area", (Object) geography("POLYGON((0 89,90 89,180 89,-90 89,0 89))"));
    double side = Math.toRadians(1) * Math.sqrt(2) * Sphere.RADIUS_METRES;
    assertThat(cap).isCloseTo(side * side, within(side * side * 1e-3));
    assertThat(real("st_area", (Object) geography("POLYGON((179 0,-179 0,-179 1,179 1,179 0))")))
        .isCloseTo(
            real("st_area", (Object) geography("POLYGON((0 0,2 0,2 1,0 1,0 0))")), within(1e-2));
    assertThat(real("st_area", (Object) geometry("LINESTRING(0 0,1 1)"))).isZero();
  }

  @Test
  void edgesAreNotContained() {
    byte[] square = geometry("POLYGON((0 0,4 0,4 4,0 4,0 0))");
    for (Object area : List.of(square, new Fixed(square))) {
      assertThat(flag("st_contains", area, geometry("POINT(1 1)"))).isTrue();
      assertThat(flag("st_contains", area, geometry("POINT(4 1)"))).isFalse();
      assertThat(flag("st_contains", area, geometry("POINT EMPTY"))).isFalse();
      assertThat(flag("st_contains", area, geometry("LINESTRING(0 0,4 4)"))).isTrue();
      assertThat(flag("st_within", geometry("POINT(1 1)"), area)).isTrue();
      assertThat(flag("st_within", geometry("POINT(5 1)"), area)).isFalse();
    }
    assertThat(
            flag("st_contains", new Fixed(geometry("LINESTRING(0 0,2 2)")), geometry("POINT(1 1)")))
        .isTrue();
  }

  @Test
  void equalityIsOfPointSets() {
    byte[] square = geometry("POLYGON((0 0,4 0,4 4,0 4,0 0))");
    assertThat(flag("st_equals", square, geometry("POLYGON((4 4,0 4,0 0,4 0,4 4))"))).isTrue();
    assertThat(flag("st_equals", square, geometry("POLYGON((4 4,0 4,0 0,4 0,4 4.5,4 4))")))
        .isFalse();
  }

  /** Rectangles and points: containment is four comparisons. */
  @Test
  void containmentIsThatOfRectangles() {
    Seeds.forEach(
        300,
        random -> {
          int left = random.between(-5, 5);
          int low = random.between(-5, 5);
          int right = left + random.between(1, 5);
          int high = low + random.between(1, 5);
          byte[] area = rectangle(left, low, right, high);
          int x = random.between(-6, 11);
          int y = random.between(-6, 11);
          byte[] point = bytes("st_point", (double) x, (double) y);
          boolean isIn = left < x && x < right && low < y && y < high;
          assertThat(flag("st_contains", area, point)).isEqualTo(isIn);
          assertThat(flag("st_contains", new Fixed(area), point)).isEqualTo(isIn);
          assertThat(flag("st_contains", area, new Fixed(point))).isEqualTo(isIn);
          assertThat(flag("st_within", point, new Fixed(area))).isEqualTo(isIn);
          int innerRight = x + random.between(1, 3);
          int innerHigh = y + random.between(1, 3);
          boolean isWithin = left <= x && innerRight <= right && low <= y && innerHigh <= high;
          byte[] inner = rectangle(x, y, innerRight, innerHigh);
          assertThat(flag("st_contains", area, inner)).isEqualTo(isWithin);
          assertThat(flag("st_contains", new Fixed(area), inner)).isEqualTo(isWithin);
        });
  }

  private static byte[] rectangle(int left, int low, int right, int high) {
    return geometry(
        "POLYGON((%1$d %2$d,%3$d %2$d,%3$d %4$d,%1$d %4$d,%1$d %2$d))"
            .formatted(left, low, right, high));
  }

  /** Against the law of cosines, which is exact for places that are not near. */
  @Test
  void distanceIsThatOfTheLawOfCosines() {
    Seeds.forEach(
        300,
        random -> {
          double[] place = {
            longitude(random), latitude(random), longitude(random), latitude(random)
          };
          double phi1 = Math.toRadians(place[1]);
          double phi2 = Math.toRadians(place[3]);
          double cosine =
              Math.sin(phi1) * Math.sin(phi2)
                  + Math.cos(phi1) * Math.cos(phi2) * Math.cos(Math.toRadians(place[2] - place[0]));
          double expected = Math.acos(Math.clamp(cosine, -1.0, 1.0)) * Sphere.RADIUS_METRES;
          byte[] a = bytes("st_point", place[0], place[1], 1);
          byte[] b = bytes("st_point", place[2], place[3], 1);
          assertThat(real("st_distance", a, b)).isCloseTo(expected, within(1.0));
          assertThat(real("st_distance", new Fixed(a), b)).isEqualTo(real("st_distance", a, b));
        });
  }

  private static double longitude(SeededRandom random) {
    return random.nextDouble() * 360 - 180;
  }

  private static double latitude(SeededRandom random) {
    return random.nextDouble() * 180 - 90;
  }

  /** The area of a small rectangle by its sides, and of strips by their parts. */
  @Test
  void areasAddUp() {
    Seeds.forEach(
        200,
        random -> {
          double west = longitude(random);
          double south = random.nextDouble() * 120 - 60;
          double width = random.nextDouble() * 5 + 0.1;
          List<String> halves = new ArrayList<>();
          for (double from : new double[] {west, west + width / 2}) {
            double to = from + width / 2;
            halves.add(
                "POLYGON((%1$s 0,%2$s 0,%2$s %3$s,%1$s %3$s,%1$s 0))"
                    .formatted(wrapped(from), wrapped(to), south));
          }
          double sum = 0;
          for (String half : halves) {
            sum += real("st_area", (Object) geography(half));
          }
          double first = real("st_area", (Object) geography(halves.getFirst()));
          assertThat(sum).isCloseTo(2 * first, within(1 + sum * 1e-9));
        });
  }

  private static double wrapped(double longitude) {
    return longitude > 180 ? longitude - 360 : longitude;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "POINT",
        "POINT (1)",
        "POINT (1 2) POINT (3 4)",
        "POINT (1 2))",
        "POINT ((1 2)",
        "POLYGON ((0 0, 1 1))",
        "POLYGON ((0 0, 1 0, 1 1, 0 1))",
        "CIRCLE (0 0, 1)",
        "POINT (a b)"
      })
  void textsThatAreNoGeometryAreToldSo(String text) {
    assertThatThrownBy(() -> geometry(text))
        .isInstanceOf(QueryException.class)
        .hasMessageStartingWith("ST_GEOM_FROM_TEXT: not a geometry: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "{",
        "{\"type\":\"Point\"}",
        "{\"type\":\"Point\",\"coordinates\":[1]}",
        "{\"type\":\"Point\",\"coordinates\":[\"1\",2]}",
        "{\"type\":\"Point\",\"coordinates\":[[1,2]]}",
        "{\"type\":\"LineString\",\"coordinates\":[1,2]}",
        "{\"type\":\"LineString\",\"coordinates\":[[1,2]]}",
        "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[1,0],[1,1]]]}",
        "{\"type\":\"Circle\",\"coordinates\":[1,2]}",
        "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[[0,0]]]]]}",
        "{\"type\":\"Point\",\"coordinates\":[1,2]} 3"
      })
  void geoJsonThatIsNoGeometryIsToldSo(String text) {
    assertThatThrownBy(() -> bytes("st_geom_from_geo_json", text))
        .isInstanceOf(QueryException.class)
        .hasMessageStartingWith("ST_GEOM_FROM_GEO_JSON: not a geometry: ");
  }

  @Test
  void deepAndLongTextsAreRefused() {
    String deep = "GEOMETRYCOLLECTION(".repeat(50_000) + "POINT(1 2)" + ")".repeat(50_000);
    assertThatThrownBy(() -> geometry(deep)).hasMessageContaining("nested deeper than 16");
    String deepJson =
        "{\"type\":\"GeometryCollection\",\"geometries\":[".repeat(100) + "]}".repeat(100);
    assertThatThrownBy(() -> bytes("st_geom_from_geo_json", deepJson))
        .hasMessageContaining("nested deeper than 16");
    String longText = "LINESTRING(" + "1 2,".repeat(300_000) + "1 2)";
    assertThatThrownBy(() -> geometry(longText)).hasMessageContaining("at most 1048576 are read");
  }

  @Test
  void geometriesOfManyCornersAreNotCompared() {
    var text = new StringBuilder("LINESTRING(0 0");
    for (int corner = 1; corner < 2_500; corner++) {
      text.append(',').append(corner).append(' ').append(corner % 2);
    }
    byte[] line = geometry(text.append(')').toString());
    assertThatThrownBy(() -> flag("st_equals", line, line))
        .hasMessageContaining("too many corners");
    assertThat(real("st_distance", line, geometry("POINT(-1 0)"))).isEqualTo(1);
  }

  @Test
  void kindsAreNotMixedAndPlacesMustExist() {
    assertThatThrownBy(() -> real("st_distance", geometry("POINT(0 0)"), geography("POINT(0 0)")))
        .hasMessageContaining("a geometry and a geography");
    assertThatThrownBy(() -> real("st_distance", geography("POINT(0 91)"), geography("POINT(0 0)")))
        .hasMessageContaining("latitude -90 to 90");
    assertThatThrownBy(
            () -> real("st_distance", geography("LINESTRING(0 0,1 1)"), geography("POINT(0 0)")))
        .hasMessageContaining("for points only");
    assertThatThrownBy(() -> bytes("st_polygon", "POINT(1 2)"))
        .hasMessageContaining("not a polygon");
  }

  /** Whatever the bytes are: a geometry or a sentence, and no memory for what is not there. */
  @Test
  void anyBytesAreAGeometryOrAnError() {
    List<byte[]> good =
        List.of(
            geometry("POINT(1 2)"),
            geometry("POLYGON((0 0,4 0,4 4,0 0),(1 1,2 1,2 2,1 1))"),
            geometry("MULTIPOLYGON(((0 0,4 0,4 4,0 0)),((5 5,6 5,6 6,5 5)))"),
            geometry("GEOMETRYCOLLECTION(POINT(1 2),MULTIPOINT((1 2),(3 4)))"));
    Seeds.forEach(
        2_000,
        random -> {
          byte[] bytes = random.oneOf(good).clone();
          for (int change = random.between(0, 3); change >= 0; change--) {
            bytes[random.between(0, bytes.length - 1)] = (byte) random.between(-128, 127);
          }
          byte[] cut = Arrays.copyOf(bytes, random.between(0, bytes.length));
          for (Object tried : List.of(bytes, cut, new Fixed(bytes))) {
            try {
              assertThat(text("st_as_text", tried)).isNotEmpty();
            } catch (QueryException e) {
              assertThat(e).hasMessageContaining("not a geometry: ");
            }
          }
        });
  }
}
