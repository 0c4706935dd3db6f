package io.gamay.query.geo;

import static io.gamay.query.geo.Shapes.FACTORY;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.io.ByteOrderValues;
import org.locationtech.jts.io.WKBWriter;

/**
 * The well-known binary form of geometries (OGC 06-103r4, section 8), of either byte order. Third
 * and fourth coordinates and the SRID of the extended form are read over. Counts are believed only
 * as far as bytes follow.
 */
public final class WellKnownBinary {

  private static final int POINT = 1;
  private static final int LINE = 2;
  private static final int POLYGON = 3;
  private static final int MULTI_POINT = 4;
  private static final int MULTI_LINE = 5;
  private static final int MULTI_POLYGON = 6;
  private static final int COLLECTION = 7;

  private static final int HAS_Z = 0x8000_0000;
  private static final int HAS_M = 0x4000_0000;
  private static final int HAS_SRID = 0x2000_0000;
  private static final int PLAIN_TYPE = 0x1FFF_FFFF;

  private static final int POINT_BYTES = 2 * Double.BYTES;
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  private WellKnownBinary() {}

  /** Two coordinates, big-endian. */
  public static byte[] write(Geometry geometry) {
    return new WKBWriter(2, ByteOrderValues.BIG_ENDIAN).write(geometry);
  }

  /**
   * @param bytes one geometry in [from, end) and nothing else
   */
  public static Geometry read(byte[] bytes, int from, int end) throws MalformedGeometryException {
    Shapes.requireLength(end - from);
    ByteBuffer buffer = ByteBuffer.wrap(bytes, from, end - from);
    try {
      Geometry geometry = read(buffer, 0);
      if (buffer.hasRemaining()) {
        throw new MalformedGeometryException(
            "%d bytes behind the geometry".formatted(buffer.remaining()));
      }
      return geometry;
    } catch (BufferUnderflowException e) {
      throw new MalformedGeometryException("bytes end within the geometry", e);
    } catch (IllegalArgumentException e) {
      throw new MalformedGeometryException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Geometry read(ByteBuffer in, int depth) throws MalformedGeometryException {
    Shapes.requireDepth(depth);
    byte order = in.get();
    if (order != 0 && order != 1) {
      throw new MalformedGeometryException("byte order %d, expected 0 or 1".formatted(order));
    }
    in.order(order == 0 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int written = in.getInt();
    int plain = written & PLAIN_TYPE;
    int type = plain % 1000;
    int more = Math.min(plain / 1000, 3);
    if ((written & HAS_SRID) != 0) {
      in.getInt();
    }
    boolean hasZ = (written & HAS_Z) != 0 || more == 1 || more == 3;
    boolean hasM = (written & HAS_M) != 0 || more == 2 || more == 3;
    int skipped = (hasZ ? Double.BYTES : 0) + (hasM ? Double.BYTES : 0);
    return switch (type) {
      case POINT -> point(in, skipped);
      case LINE -> FACTORY.createLineString(coordinates(in, skipped));
      case POLYGON -> polygon(in, skipped);
      case MULTI_POINT ->
          FACTORY.createMultiPoint(parts(in, depth, Point.class).toArray(new Point[0]));
      case MULTI_LINE ->
          FACTORY.createMultiLineString(
              parts(in, depth, LineString.class).toArray(new LineString[0]));
      case MULTI_POLYGON ->
          FACTORY.createMultiPolygon(parts(in, depth, Polygon.class).toArray(new Polygon[0]));
      case COLLECTION ->
          FACTORY.createGeometryCollection(
              parts(in, depth, Geometry.class).toArray(new Geometry[0]));
      default -> throw new MalformedGeometryException("unknown type of geometry " + type);
    };
  }

  private static Point point(ByteBuffer in, int skipped) {
    Coordinate coordinate = coordinate(in, skipped);
    return Double.isNaN(coordinate.x) || Double.isNaN(coordinate.y)
        ? FACTORY.createPoint()
        : FACTORY.createPoint(coordinate);
  }

  private static Coordinate coordinate(ByteBuffer in, int skipped) {
    var coordinate = new Coordinate(in.getDouble(), in.getDouble());
    for (int at = 0; at < skipped; at += Double.BYTES) {
      in.getDouble();
    }
    return coordinate;
  }

  private static Coordinate[] coordinates(ByteBuffer in, int skipped)
      throws MalformedGeometryException {
    Coordinate[] all = new Coordinate[count(in, POINT_BYTES + skipped)];
    for (int index = 0; index < all.length; index++) {
      all[index] = coordinate(in, skipped);
    }
    return all;
  }

  private static Polygon polygon(ByteBuffer in, int skipped) throws MalformedGeometryException {
    int rings = count(in, Integer.BYTES);
    if (rings == 0) {
      return FACTORY.createPolygon();
    }
    LinearRing shell = FACTORY.createLinearRing(coordinates(in, skipped));
    LinearRing[] holes = new LinearRing[rings - 1];
    for (int index = 0; index < holes.length; index++) {
      holes[index] = FACTORY.createLinearRing(coordinates(in, skipped));
    }
    return FACTORY.createPolygon(shell, holes);
  }

  private static <T extends Geometry> List<T> parts(ByteBuffer in, int depth, Class<T> type)
      throws MalformedGeometryException {
    int count = count(in, HEADER_BYTES);
    List<T> parts = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      Geometry part = read(in, depth + 1);
      if (!type.isInstance(part)) {
        throw new MalformedGeometryException(
            "%s among parts of type %s".formatted(part.getGeometryType(), type.getSimpleName()));
      }
      parts.add(type.cast(part));
    }
    return parts;
  }

  /** A count of things that take so many bytes each, at least. */
  private static int count(ByteBuffer in, int bytesEach) throws MalformedGeometryException {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / bytesEach) {
      throw new MalformedGeometryException(
          "count of %d with %d bytes left".formatted(count, in.remaining()));
    }
    return count;
  }
}
