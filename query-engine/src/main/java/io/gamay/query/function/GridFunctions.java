package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.geo.Geohash;
import io.gamay.query.geo.HexagonGrid;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.locationtech.jts.geom.Coordinate;

/** Places as cells of grids: geohashes, and indexes of H3. */
final class GridFunctions {

  /** 2,791 cells: a block of such lists takes some tens of megabytes. */
  private static final int MAX_STEPS = 30;

  private static final Parameter LATITUDE = of("latitude", ParameterType.DOUBLE);
  private static final Parameter LONGITUDE = of("longitude", ParameterType.DOUBLE);
  private static final Parameter RESOLUTION = of("resolution", ParameterType.INT);
  private static final Parameter HASH = of("geohash", ParameterType.TEXT);

  private GridFunctions() {}

  static List<ScalarFunction> all() {
    return List.of(
        function("ENCODE_GEO_HASH", FunctionGroup.GEO)
            .doc(
                "The geohash of a place in degrees, of so many characters, 1 to %d."
                    .formatted(Geohash.MAX_LENGTH))
            .example("ENCODE_GEO_HASH(57.64911, 10.40744, 11)", "u4pruydqqvj")
            .mayFail()
            .signature(
                DataType.STRING,
                _ -> RowBodies.texts(GridFunctions::geohash),
                LATITUDE,
                LONGITUDE,
                of("length", ParameterType.INT))
            .build(),
        function("DECODE_GEO_HASH", FunctionGroup.GEO)
            .doc("The latitude and the longitude of the middle of a geohash's cell.")
            .example("DECODE_GEO_HASH('s')", "[22.5, 22.5]")
            .mayFail()
            .listSignature(
                DataType.DOUBLE,
                _ -> RowBodies.lists((a, r) -> coordinates(center("DECODE_GEO_HASH", a[0], r))),
                HASH)
            .build(),
        coordinate("LATITUDE", "LAT", Geohash.Center::latitude, "67.5"),
        coordinate("LONGITUDE", "LON", Geohash.Center::longitude, "22.5"),
        toCell(),
        function("GRID_DISTANCE", FunctionGroup.GEO)
            .doc(
                "How many steps from neighbour to neighbour lie between two cells of H3 of one"
                    + " resolution. Fails where the grid does not tell: for cells far from each"
                    + " other.")
            .example("GRID_DISTANCE(617700169958293503, 617700169958293503)", "0")
            .mayFail()
            .signature(
                DataType.LONG,
                _ -> RowBodies.longs(GridFunctions::distance),
                of("cell", ParameterType.LONG),
                of("other cell", ParameterType.LONG))
            .build(),
        function("GRID_DISK", FunctionGroup.GEO)
            .doc(
                "The cells of H3 in at most so many steps, 0 to %d, from a cell, itself included."
                    .formatted(MAX_STEPS))
            .example("GRID_DISK(617700169958293503, 0)", "[617700169958293503]")
            .mayFail()
            .listSignature(
                DataType.LONG,
                _ -> RowBodies.lists(GridFunctions::disk),
                of("cell", ParameterType.LONG),
                of("steps", ParameterType.INT))
            .build());
  }

  private static String geohash(Vector[] arguments, int row) {
    double latitude = arguments[0].doubles()[row];
    double longitude = arguments[1].doubles()[row];
    int length = arguments[2].ints()[row];
    try {
      return Geohash.encode(latitude, longitude, length);
    } catch (IllegalArgumentException e) {
      throw failure("ENCODE_GEO_HASH", e, "%s, %s, %d".formatted(latitude, longitude, length));
    }
  }

  private static Geohash.Center center(String function, Vector hashes, int row) {
    String hash = hashes.stringAt(row);
    try {
      return Geohash.decode(hash);
    } catch (IllegalArgumentException e) {
      throw failure(function, e, hash);
    }
  }

  private static List<Value> coordinates(Geohash.Center center) {
    return List.of(
        new Value.DoubleValue(center.latitude()), new Value.DoubleValue(center.longitude()));
  }

  private static ScalarFunction coordinate(
      String which, String shortly, ToDoubleFunction<Geohash.Center> coordinate, String ofU) {
    String name = "DECODE_GEO_HASH_" + which;
    return function(name, FunctionGroup.GEO)
        .alias("DECODE_GEO_HASH_" + shortly)
        .doc("The %s of the middle of a geohash's cell.".formatted(which.toLowerCase(Locale.ROOT)))
        .example(name + "('u')", ofU)
        .mayFail()
        .signature(
            DataType.DOUBLE,
            _ -> RowBodies.doubles((a, r) -> coordinate.applyAsDouble(center(name, a[0], r))),
            HASH)
        .build();
  }

  private static ScalarFunction toCell() {
    String name = "GEO_TO_H3";
    return function(name, FunctionGroup.GEO)
        .written("GEO_TO_H3(longitude double, latitude double, resolution int)")
        .written("GEO_TO_H3(geometry, resolution int)")
        .doc(
            "The cell of H3 that a place in degrees lies in, or the first place of a geometry; of"
                + " resolution 0 (the widest) to %d.".formatted(HexagonGrid.MAX_RESOLUTION))
        .example("GEO_TO_H3(-122.41795063018799, 37.775938728915946, 9)", "617700169958293503")
        .example(
            "GEO_TO_H3(ST_POINT(-122.41795063018799, 37.775938728915946, 1), 9)",
            "617700169958293503")
        .mayFail()
        .signature(
            DataType.LONG,
            _ ->
                RowBodies.longs(
                    (a, r) -> cell(a[0].doubles()[r], a[1].doubles()[r], a[2].ints()[r])),
            LONGITUDE,
            LATITUDE,
            RESOLUTION)
        .signature(
            DataType.LONG,
            arguments -> cells(GeometryArgument.ofConstant(name, 0, arguments.getFirst())),
            constant("geometry", ParameterType.BYTES),
            RESOLUTION)
        .signature(
            DataType.LONG,
            _ -> cells(GeometryArgument.ofRows(name, 0)),
            of("geometry", ParameterType.BYTES),
            RESOLUTION)
        .build();
  }

  private static ScalarBody cells(GeometryArgument geometry) {
    return RowBodies.longs(
        (a, r) -> {
          int resolution = a[1].ints()[r];
          if (geometry.isPoint(a, r)) {
            return cell(geometry.x(a, r), geometry.y(a, r), resolution);
          }
          Coordinate first = geometry.geometry(a, r).getCoordinate();
          if (first == null) {
            throw Failures.ofValue("GEO_TO_H3", "no place", "an empty geometry");
          }
          return cell(first.x, first.y, resolution);
        });
  }

  private static long cell(double longitude, double latitude, int resolution) {
    try {
      return HexagonGrid.SHARED.cell(latitude, longitude, resolution);
    } catch (IllegalArgumentException e) {
      throw failure("GEO_TO_H3", e, "%s, %s, %d".formatted(longitude, latitude, resolution));
    }
  }

  private static long distance(Vector[] arguments, int row) {
    long cell = arguments[0].longs()[row];
    long other = arguments[1].longs()[row];
    try {
      return HexagonGrid.SHARED.distance(cell, other);
    } catch (IllegalArgumentException e) {
      throw failure("GRID_DISTANCE", e, "%d, %d".formatted(cell, other));
    }
  }

  private static List<Value> disk(Vector[] arguments, int row) {
    long cell = arguments[0].longs()[row];
    int steps = arguments[1].ints()[row];
    if (steps > MAX_STEPS) {
      throw Failures.ofValue("GRID_DISK", "more than %d steps".formatted(MAX_STEPS), steps);
    }
    try {
      return HexagonGrid.SHARED.disk(cell, steps).stream()
          .<Value>map(Value.LongValue::new)
          .toList();
    } catch (IllegalArgumentException e) {
      throw failure("GRID_DISK", e, "%d, %d".formatted(cell, steps));
    }
  }

  private static RuntimeException failure(
      String function, IllegalArgumentException reason, String arguments) {
    return Failures.ofValue(function, String.valueOf(reason.getMessage()), arguments);
  }
}
