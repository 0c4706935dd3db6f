package io.gamay.query.geo;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.Point;

/**
 * Geometries as values of BYTES.
 *
 * <p>Layout, big-endian: a byte with the kind of shape in the lower bits (0 point, 1 points, 2
 * line, 3 lines, 4 polygon, 5 polygons, 6 collection) and bit 7 set for geographies, whose
 * coordinates are longitude and latitude in degrees on a sphere; then of a point x and y as two
 * doubles (both NaN: the empty point), of anything else its {@link WellKnownBinary} form. Points
 * are byte for byte as Pinot stores them.
 */
public final class GeometryBytes {

  private static final int GEOGRAPHY = 0x80;
  private static final int KIND = 0x7F;
  private static final int MAX_KIND = 6;
  private static final int X_AT = 1;
  private static final int Y_AT = X_AT + Double.BYTES;
  private static final int POINT_BYTES = Y_AT + Double.BYTES;

  private GeometryBytes() {}

  public static byte[] point(double x, double y, boolean isGeography) {
    return ByteBuffer.allocate(POINT_BYTES)
        .put((byte) (isGeography ? GEOGRAPHY : 0))
        .putDouble(x)
        .putDouble(y)
        .array();
  }

  public static byte[] of(Geometry geometry, boolean isGeography) {
    if (geometry instanceof Point point) {
      return point.isEmpty()
          ? point(Double.NaN, Double.NaN, isGeography)
          : point(point.getX(), point.getY(), isGeography);
    }
    byte[] binary = WellKnownBinary.write(geometry);
    return ByteBuffer.allocate(1 + binary.length)
        .put((byte) (kind(geometry) | (isGeography ? GEOGRAPHY : 0)))
        .put(binary)
        .array();
  }

  private static int kind(Geometry geometry) {
    return switch (geometry.getGeometryType()) {
      case Geometry.TYPENAME_MULTIPOINT -> 1;
      case Geometry.TYPENAME_LINESTRING, Geometry.TYPENAME_LINEARRING -> 2;
      case Geometry.TYPENAME_MULTILINESTRING -> 3;
      case Geometry.TYPENAME_POLYGON -> 4;
      case Geometry.TYPENAME_MULTIPOLYGON -> 5;
      default -> MAX_KIND;
    };
  }

  /** Whether bytes in [from, end) are a point, so that {@link #x} and {@link #y} may be asked. */
  public static boolean isPoint(byte[] bytes, int from, int end) {
    return end - from == POINT_BYTES && (bytes[from] & KIND) == 0;
  }

  public static double x(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getDouble(from + X_AT);
  }

  public static double y(byte[] bytes, int from) {
    return ByteBuffer.wrap(bytes).getDouble(from + Y_AT);
  }

  /** Of bytes that {@link #read} accepts or that are a point. */
  public static boolean isGeography(byte[] bytes, int from) {
    return (bytes[from] & GEOGRAPHY) != 0;
  }

  /** The same geometry as the other kind: the places are not moved. */
  public static byte[] as(boolean isGeography, byte[] bytes, int from, int end)
      throws MalformedGeometryException {
    requireKind(bytes, from, end);
    byte[] copy = Arrays.copyOfRange(bytes, from, end);
    copy[0] = (byte) (isGeography ? copy[0] | GEOGRAPHY : copy[0] & KIND);
    return copy;
  }

  private static int requireKind(byte[] bytes, int from, int end)
      throws MalformedGeometryException {
    int kind = end > from ? bytes[from] & KIND : -1;
    if (kind < 0 || kind > MAX_KIND || (kind == 0 && !isPoint(bytes, from, end))) {
      throw new MalformedGeometryException(
          "%d bytes do not begin as a geometry does".formatted(end - from));
    }
    return kind;
  }

  public static Geometry read(byte[] bytes, int from, int end) throws MalformedGeometryException {
    if (isPoint(bytes, from, end)) {
      double x = x(bytes, from);
      double y = y(bytes, from);
      return Double.isNaN(x) || Double.isNaN(y)
          ? Shapes.FACTORY.createPoint()
          : Shapes.FACTORY.createPoint(new Coordinate(x, y));
    }
    int kind = requireKind(bytes, from, end);
    Geometry geometry = WellKnownBinary.read(bytes, from + 1, end);
    if (kind(geometry) != kind || geometry instanceof Point) {
      throw new MalformedGeometryException(
          "%s where the first byte announces kind %d".formatted(geometry.getGeometryType(), kind));
    }
    return geometry;
  }
}
