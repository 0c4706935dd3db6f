package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.geo.GeoJson;
import io.gamay.query.geo.GeometryBytes;
import io.gamay.query.geo.MalformedGeometryException;
import io.gamay.query.geo.WellKnownBinary;
import io.gamay.query.geo.WellKnownText;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Polygon;

/** Geometries out of numbers, texts and bytes, and back; see {@link GeometryBytes}. */
final class GeoFunctions {

  private static final String GEOGRAPHY =
      " A geography: x is the longitude, y the latitude, in degrees on a sphere.";

  private GeoFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.add(point());
    all.add(
        fromText("ST_POLYGON", false, GeoFunctions::polygon)
            .doc("The polygon that a well-known text says.")
            .example(
                "ST_AS_TEXT(ST_POLYGON('POLYGON ((0 0, 4 0, 4 4, 0 0))'))",
                "POLYGON ((0 0, 4 0, 4 4, 0 0))")
            .build());
    addReading(all);
    addWriting(all);
    all.add(asKind("TO_SPHERICAL_GEOGRAPHY", true, "geography"));
    all.add(asKind("TO_GEOMETRY", false, "geometry in the plane"));
    return all;
  }

  private static ScalarFunction point() {
    Parameter x = of("x", ParameterType.DOUBLE);
    Parameter y = of("y", ParameterType.DOUBLE);
    return function("ST_POINT", FunctionGroup.GEO)
        .doc(
            "The point (x, y) as BYTES; if geography is 1, x is the longitude and y the latitude in"
                + " degrees.")
        .example("ST_AS_TEXT(ST_POINT(1.5, -2))", "POINT (1.5 -2)")
        .example("ST_POINT(-122, 37, 1)", "80c05e8000000000004042800000000000")
        .signature(
            DataType.BYTES,
            _ ->
                RowBodies.bytes(
                    (a, r) -> GeometryBytes.point(a[0].doubles()[r], a[1].doubles()[r], false)),
            x,
            y)
        .signature(
            DataType.BYTES,
            _ ->
                RowBodies.bytes(
                    (a, r) ->
                        GeometryBytes.point(
                            a[0].doubles()[r], a[1].doubles()[r], a[2].ints()[r] != 0)),
            x,
            y,
            of("geography", ParameterType.INT))
        .build();
  }

  /** Makes a geometry of a text. */
  private interface TextReader {
    Geometry read(String text) throws MalformedGeometryException;
  }

  private static Geometry polygon(String text) throws MalformedGeometryException {
    Geometry geometry = WellKnownText.read(text);
    if (!(geometry instanceof Polygon)) {
      throw Failures.ofValue("ST_POLYGON", "not a polygon", geometry.getGeometryType());
    }
    return geometry;
  }

  private static void addReading(List<ScalarFunction> all) {
    for (boolean isGeography : List.of(false, true)) {
      String prefix = isGeography ? "ST_GEOG_FROM_" : "ST_GEOM_FROM_";
      String kind = isGeography ? GEOGRAPHY : "";
      all.add(
          fromText(prefix + "TEXT", isGeography, WellKnownText::read)
              .doc("The geometry that a well-known text says." + kind)
              .example(
                  "ST_AS_TEXT(" + prefix + "TEXT('LINESTRING(0 0,3 4)'))", "LINESTRING (0 0, 3 4)")
              .build());
      all.add(
          fromText(prefix + "GEO_JSON", isGeography, GeoJson::read)
              .doc("The geometry that a GeoJSON text says." + kind)
              .example(
                  "ST_AS_TEXT("
                      + prefix
                      + "GEO_JSON('{\"type\":\"Point\",\"coordinates\":[30,10]}'))",
                  "POINT (30 10)")
              .build());
      all.add(
          fromBytes(prefix + "WKB", isGeography)
              .doc("The geometry that well-known binary bytes say." + kind)
              .example(
                  "ST_AS_TEXT("
                      + prefix
                      + "WKB(HEX_TO_BYTES('0101000000000000000000f03f0000000000000040')))",
                  "POINT (1 2)")
              .build());
    }
  }

  /** A constant text is read while binding, so that it is not repeated for each row. */
  private static ScalarFunction.Builder fromText(
      String name, boolean isGeography, TextReader reader) {
    return function(name, FunctionGroup.GEO)
        .written(name + "(text)")
        .mayFail()
        .signature(
            DataType.BYTES,
            arguments -> {
              byte[] bytes = read(name, isGeography, reader, Constants.text(arguments.getFirst()));
              return RowBodies.bytes((_, _) -> bytes);
            },
            constant("text", ParameterType.TEXT))
        .signature(
            DataType.BYTES,
            _ -> RowBodies.bytes((a, r) -> read(name, isGeography, reader, a[0].stringAt(r))),
            of("text", ParameterType.TEXT));
  }

  private static byte[] read(String function, boolean isGeography, TextReader reader, String text) {
    try {
      return GeometryBytes.of(reader.read(text), isGeography);
    } catch (MalformedGeometryException e) {
      throw Failures.ofValue(function, "not a geometry: " + e.getMessage(), text);
    }
  }

  private static ScalarFunction.Builder fromBytes(String name, boolean isGeography) {
    return function(name, FunctionGroup.GEO)
        .written(name + "(bytes)")
        .mayFail()
        .signature(
            DataType.BYTES,
            arguments -> {
              byte[] binary =
                  ((Value.BytesValue) arguments.getFirst().constant().orElseThrow()).value();
              byte[] bytes = fromBinary(name, isGeography, binary, 0, binary.length);
              return RowBodies.bytes((_, _) -> bytes);
            },
            constant("bytes", ParameterType.BYTES))
        .signature(
            DataType.BYTES,
            _ ->
                RowBodies.bytes(
                    (a, r) ->
                        fromBinary(
                            name,
                            isGeography,
                            a[0].bytes().bytes(),
                            a[0].bytes().start(r),
                            a[0].bytes().end(r))),
            of("bytes", ParameterType.BYTES));
  }

  private static byte[] fromBinary(
      String function, boolean isGeography, byte[] bytes, int from, int end) {
    try {
      return GeometryBytes.of(WellKnownBinary.read(bytes, from, end), isGeography);
    } catch (MalformedGeometryException e) {
      throw GeometryArgument.malformed(function, e, bytes, from, end);
    }
  }

  private static void addWriting(List<ScalarFunction> all) {
    all.add(
        ofGeometry(
                "ST_AS_TEXT",
                DataType.STRING,
                g -> RowBodies.texts((a, r) -> WellKnownText.write(g.geometry(a, r))))
            .doc("The geometry as well-known text.")
            .example("ST_AS_TEXT(ST_POINT(30, 10))", "POINT (30 10)")
            .build());
    all.add(
        ofGeometry(
                "ST_AS_BINARY",
                DataType.BYTES,
                g -> RowBodies.bytes((a, r) -> WellKnownBinary.write(g.geometry(a, r))))
            .doc("The geometry as well-known binary bytes, big-endian.")
            .example("ST_AS_BINARY(ST_POINT(1, 2))", "00000000013ff00000000000004000000000000000")
            .build());
    all.add(
        ofGeometry(
                "ST_AS_GEO_JSON",
                DataType.STRING,
                g -> RowBodies.texts((a, r) -> GeoJson.write(g.geometry(a, r))))
            .doc("The geometry as GeoJSON.")
            .example(
                "ST_AS_GEO_JSON(ST_POINT(30, 10))", "{\"type\":\"Point\",\"coordinates\":[30,10]}")
            .build());
    all.add(
        ofGeometry(
                "ST_GEOMETRY_TYPE",
                DataType.STRING,
                g -> RowBodies.texts((a, r) -> g.geometry(a, r).getGeometryType()))
            .doc(
                "What the geometry is: Point, MultiPoint, LineString, MultiLineString, Polygon,"
                    + " MultiPolygon or GeometryCollection.")
            .example("ST_GEOMETRY_TYPE(ST_POINT(30, 10))", "Point")
            .build());
  }

  /** Makes the body of a function of one geometry. */
  interface GeometryBinder {
    ScalarBody bind(GeometryArgument geometry);
  }

  static ScalarFunction.Builder ofGeometry(String name, DataType result, GeometryBinder binder) {
    return function(name, FunctionGroup.GEO)
        .written(name + "(geometry)")
        .mayFail()
        .signature(
            result,
            arguments -> binder.bind(GeometryArgument.ofConstant(name, 0, arguments.getFirst())),
            constant("geometry", ParameterType.BYTES))
        .signature(
            result,
            _ -> binder.bind(GeometryArgument.ofRows(name, 0)),
            of("geometry", ParameterType.BYTES));
  }

  private static ScalarFunction asKind(String name, boolean isGeography, String kind) {
    return function(name, FunctionGroup.GEO)
        .doc("The same places as a %s.".formatted(kind))
        .example(
            "ST_AS_TEXT(%s(ST_POINT(1, 2, %d)))".formatted(name, isGeography ? 0 : 1),
            "POINT (1 2)")
        .mayFail()
        .signature(
            DataType.BYTES,
            _ -> RowBodies.bytes((a, r) -> as(name, isGeography, a[0], r)),
            of("geometry", ParameterType.BYTES))
        .build();
  }

  private static byte[] as(String function, boolean isGeography, Vector geometries, int row) {
    byte[] bytes = geometries.bytes().bytes();
    int from = geometries.bytes().start(row);
    int end = geometries.bytes().end(row);
    try {
      return GeometryBytes.as(isGeography, bytes, from, end);
    } catch (MalformedGeometryException e) {
      throw GeometryArgument.malformed(function, e, bytes, from, end);
    }
  }
}
