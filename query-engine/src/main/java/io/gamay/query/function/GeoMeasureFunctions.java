package io.gamay.query.function;

import static io.gamay.query.function.Parameter.constant;
import static io.gamay.query.function.Parameter.of;
import static io.gamay.query.function.ScalarFunction.function;

import io.gamay.query.geo.Sphere;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.locationtech.jts.algorithm.locate.IndexedPointInAreaLocator;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Location;
import org.locationtech.jts.geom.Polygonal;
import org.locationtech.jts.geom.TopologyException;
import org.locationtech.jts.geom.prep.PreparedGeometry;
import org.locationtech.jts.geom.prep.PreparedGeometryFactory;

/** How far geometries are from each other, how large they are, and which lies in which. */
final class GeoMeasureFunctions {

  /** Corners of one geometry times corners of the other: what two of them may cost. */
  private static final long MAX_CORNERS = 250_000;

  private static final String SAME_KIND = " Both must be geometries, or both geographies.";
  private static final String SQUARE = "ST_POLYGON('POLYGON((0 0,4 0,4 4,0 4,0 0))')";

  private GeoMeasureFunctions() {}

  static List<ScalarFunction> all() {
    List<ScalarFunction> all = new ArrayList<>();
    all.add(
        pair("ST_DISTANCE", DataType.DOUBLE, Distance::body)
            .doc(
                "How far two geometries are from each other, in the units of their coordinates; of"
                    + " two points that are geographies: metres along the great circle of a sphere"
                    + " of radius 6371.01 km. NaN if one is empty."
                    + SAME_KIND)
            .example("ST_DISTANCE(ST_POINT(0, 0), ST_POINT(3, 4))", "5.0")
            .example(
                "ROUND_DECIMAL(ST_DISTANCE(ST_POINT(-87.6233, 41.8661, 1),"
                    + " ST_POINT(-87.6231, 41.8659, 1)), 1)",
                "27.7")
            .build());
    all.add(
        pair("ST_CONTAINS", DataType.BOOLEAN, (name, a, b) -> containment(name, a, b))
            .doc(
                "Whether no point of the second geometry lies outside of the first, and one lies in"
                    + " its interior: a point on the edge does not. Edges are straight in the"
                    + " coordinates, of geographies too."
                    + SAME_KIND)
            .example("ST_CONTAINS(%s, ST_POINT(1, 2))".formatted(SQUARE), "true")
            .example("ST_CONTAINS(%s, ST_POINT(4, 2))".formatted(SQUARE), "false")
            .build());
    all.add(
        pair("ST_WITHIN", DataType.BOOLEAN, (name, a, b) -> containment(name, b, a))
            .doc("Whether the second geometry contains the first: ST_CONTAINS(b, a).")
            .example("ST_WITHIN(ST_POINT(1, 2), %s)".formatted(SQUARE), "true")
            .build());
    all.add(
        pair("ST_EQUALS", DataType.BOOLEAN, GeoMeasureFunctions::equality)
            .doc(
                "Whether two geometries are the same set of points, however they are written."
                    + SAME_KIND)
            .example(
                "ST_EQUALS(ST_GEOM_FROM_TEXT('LINESTRING(0 0,4 4)'),"
                    + " ST_GEOM_FROM_TEXT('LINESTRING(4 4,2 2,0 0)'))",
                "true")
            .build());
    all.add(
        GeoFunctions.ofGeometry("ST_AREA", DataType.DOUBLE, GeoMeasureFunctions::area)
            .doc(
                "The area of a geometry's polygons, in squares of the coordinates' unit; of a"
                    + " geography: square metres on a sphere of radius 6371.01 km.")
            .example("ST_AREA(%s)".formatted(SQUARE), "16.0")
            .build());
    return all;
  }

  /** Makes the body of a function of two geometries. */
  private interface PairBinder {
    ScalarBody bind(String function, GeometryArgument a, GeometryArgument b);
  }

  private static ScalarFunction.Builder pair(String name, DataType result, PairBinder binder) {
    Parameter fixedA = constant("a", ParameterType.BYTES);
    Parameter fixedB = constant("b", ParameterType.BYTES);
    Parameter a = of("a", ParameterType.BYTES);
    Parameter b = of("b", ParameterType.BYTES);
    return function(name, FunctionGroup.GEO)
        .written(name + "(a geometry, b geometry)")
        .mayFail()
        .signature(result, arguments -> bind(name, binder, arguments, true, true), fixedA, fixedB)
        .signature(result, arguments -> bind(name, binder, arguments, true, false), fixedA, b)
        .signature(result, arguments -> bind(name, binder, arguments, false, true), a, fixedB)
        .signature(result, arguments -> bind(name, binder, arguments, false, false), a, b);
  }

  private static ScalarBody bind(
      String name, PairBinder binder, List<Argument> arguments, boolean fixedA, boolean fixedB) {
    return binder.bind(
        name,
        argument(name, 0, arguments.get(0), fixedA),
        argument(name, 1, arguments.get(1), fixedB));
  }

  private static GeometryArgument argument(
      String name, int index, Argument argument, boolean isFixed) {
    return isFixed
        ? GeometryArgument.ofConstant(name, index, argument)
        : GeometryArgument.ofRows(name, index);
  }

  private static void requireOneKind(
      String function, GeometryArgument a, GeometryArgument b, Vector[] arguments, int row) {
    if (a.isGeography(arguments, row) != b.isGeography(arguments, row)) {
      throw Failures.ofValue(
          function,
          "a geometry and a geography: write TO_GEOMETRY or TO_SPHERICAL_GEOGRAPHY around one",
          a.isGeography(arguments, row) ? "geography, geometry" : "geometry, geography");
    }
  }

  private static void requireSize(String function, Geometry a, Geometry b) {
    if ((long) a.getNumPoints() * b.getNumPoints() > MAX_CORNERS) {
      throw Failures.ofValue(
          function,
          "too many corners to compare, at most %d pairs".formatted(MAX_CORNERS),
          a.getNumPoints() + " and " + b.getNumPoints());
    }
  }

  private static boolean isTrue(String function, BooleanSupplier test) {
    try {
      return test.getAsBoolean();
    } catch (TopologyException | IllegalArgumentException e) {
      throw Failures.ofValue(
          function, "geometry has no valid shape", String.valueOf(e.getMessage()));
    }
  }

  private static ScalarBody equality(String function, GeometryArgument a, GeometryArgument b) {
    return RowBodies.flags(
        (v, r) -> {
          requireOneKind(function, a, b, v, r);
          Geometry left = a.geometry(v, r);
          Geometry right = b.geometry(v, r);
          requireSize(function, left, right);
          return isTrue(function, () -> left.equalsTopo(right));
        });
  }

  /** Whether the geometry of {@code outer} contains that of {@code inner}. */
  private static ScalarBody containment(
      String function, GeometryArgument outer, GeometryArgument inner) {
    if (!outer.isConstant()) {
      return RowBodies.flags(
          (v, r) -> {
            requireOneKind(function, outer, inner, v, r);
            Geometry left = outer.geometry(v, r);
            Geometry right = inner.geometry(v, r);
            requireSize(function, left, right);
            return isTrue(function, () -> left.contains(right));
          });
    }
    Geometry area = outer.constant();
    PreparedGeometry prepared = PreparedGeometryFactory.prepare(area);
    if (!(area instanceof Polygonal)) {
      return RowBodies.flags(
          (v, r) -> {
            requireOneKind(function, outer, inner, v, r);
            return contains(function, prepared, inner.geometry(v, r));
          });
    }
    var locator = new IndexedPointInAreaLocator(area);
    Coordinate place = new Coordinate();
    return RowBodies.flags(
        (v, r) -> {
          requireOneKind(function, outer, inner, v, r);
          if (!inner.isPoint(v, r)) {
            return contains(function, prepared, inner.geometry(v, r));
          }
          place.setX(inner.x(v, r));
          place.setY(inner.y(v, r));
          return !Double.isNaN(place.x)
              && !Double.isNaN(place.y)
              && locator.locate(place) == Location.INTERIOR;
        });
  }

  private static boolean contains(String function, PreparedGeometry area, Geometry inner) {
    requireSize(function, area.getGeometry(), inner);
    return isTrue(function, () -> area.contains(inner));
  }

  private static ScalarBody area(GeometryArgument geometry) {
    return RowBodies.doubles(
        (v, r) -> {
          Geometry shape = geometry.geometry(v, r);
          if (!geometry.isGeography(v, r)) {
            return shape.getArea();
          }
          requireOnSphere("ST_AREA", Sphere.has(shape), shape.getEnvelopeInternal());
          return Sphere.area(shape);
        });
  }

  private static void requireOnSphere(String function, boolean isOn, Object value) {
    if (!isOn) {
      throw Failures.ofValue(
          function, "longitude must be -180 to 180 and latitude -90 to 90", value);
    }
  }

  /** The distance of the geometries of one row. */
  private record Distance(String function, GeometryArgument a, GeometryArgument b) {

    static ScalarBody body(String function, GeometryArgument a, GeometryArgument b) {
      var distance = new Distance(function, a, b);
      return RowBodies.doubles(distance::of);
    }

    double of(Vector[] v, int row) {
      requireOneKind(function, a, b, v, row);
      boolean arePoints = a.isPoint(v, row) && b.isPoint(v, row);
      if (!a.isGeography(v, row)) {
        return arePoints
            ? Math.hypot(a.x(v, row) - b.x(v, row), a.y(v, row) - b.y(v, row))
            : planar(a.geometry(v, row), b.geometry(v, row));
      }
      if (!arePoints) {
        throw Failures.ofValue(
            function,
            "the distance of geographies is known for points only",
            a.geometry(v, row).getGeometryType() + ", " + b.geometry(v, row).getGeometryType());
      }
      return spherical(a.x(v, row), a.y(v, row), b.x(v, row), b.y(v, row));
    }

    private double planar(Geometry left, Geometry right) {
      requireSize(function, left, right);
      return left.isEmpty() || right.isEmpty() ? Double.NaN : left.distance(right);
    }

    private double spherical(double x1, double y1, double x2, double y2) {
      if (Double.isNaN(x1 + y1 + x2 + y2)) {
        return Double.NaN;
      }
      requireOnSphere(function, Sphere.has(x1, y1), x1 + " " + y1);
      requireOnSphere(function, Sphere.has(x2, y2), x2 + " " + y2);
      return Sphere.distance(x1, y1, x2, y2);
    }
  }
}
