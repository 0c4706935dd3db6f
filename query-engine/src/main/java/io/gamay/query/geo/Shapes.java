package io.gamay.query.geo;

import org.locationtech.jts.geom.GeometryFactory;

/** What bounds every geometry, wherever it comes from. */
final class Shapes {

  /** Makes all geometries; immutable. */
  static final GeometryFactory FACTORY = new GeometryFactory();

  /** Bytes or characters that a geometry is read from, at most. */
  static final int MAX_LENGTH = 1 << 20;

  /** How deep collections may lie in collections. */
  static final int MAX_DEPTH = 16;

  private Shapes() {}

  static void requireLength(int length) throws MalformedGeometryException {
    if (length > MAX_LENGTH) {
      throw new MalformedGeometryException(
          "%d bytes or characters long, at most %d are read".formatted(length, MAX_LENGTH));
    }
  }

  static void requireDepth(int depth) throws MalformedGeometryException {
    if (depth > MAX_DEPTH) {
      throw new MalformedGeometryException("nested deeper than " + MAX_DEPTH);
    }
  }

  /** Degrees of a place on the sphere. */
  static void requirePlace(double latitude, double longitude) {
    if (!(Math.abs(latitude) <= 90) || !(Math.abs(longitude) <= 180)) {
      throw new IllegalArgumentException(
          "no place of latitude %s and longitude %s".formatted(latitude, longitude));
    }
  }
}
