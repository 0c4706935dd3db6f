package io.gamay.query.geo;

import org.locationtech.jts.geom.CoordinateSequence;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.GeometryCollection;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.Polygon;

/**
 * Distances and areas on a sphere of the earth's mean radius, as Pinot has it. Coordinates are
 * degrees: x is the longitude, y the latitude.
 */
public final class Sphere {

  public static final double RADIUS_METRES = 6_371_010;

  private static final double MAX_LONGITUDE = 180;
  private static final double MAX_LATITUDE = 90;

  private Sphere() {}

  /** Whether a place exists; false for NaN. */
  public static boolean has(double longitude, double latitude) {
    return Math.abs(longitude) <= MAX_LONGITUDE && Math.abs(latitude) <= MAX_LATITUDE;
  }

  /** Whether all places of a geometry exist. */
  public static boolean has(Geometry geometry) {
    var envelope = geometry.getEnvelopeInternal();
    return geometry.isEmpty()
        || (has(envelope.getMinX(), envelope.getMinY())
            && has(envelope.getMaxX(), envelope.getMaxY()));
  }

  /**
   * Metres along the great circle between two places, by the arc tangent that is exact for near and
   * for opposite places alike (T. Vincenty, Survey Review XXIII, 176, 1975, for equal axes).
   */
  public static double distance(
      double longitude1, double latitude1, double longitude2, double latitude2) {
    double phi1 = Math.toRadians(latitude1);
    double phi2 = Math.toRadians(latitude2);
    double lambda = Math.toRadians(longitude2 - longitude1);
    double east = Math.cos(phi2) * Math.sin(lambda);
    double north =
        Math.cos(phi1) * Math.sin(phi2) - Math.sin(phi1) * Math.cos(phi2) * Math.cos(lambda);
    double along =
        Math.sin(phi1) * Math.sin(phi2) + Math.cos(phi1) * Math.cos(phi2) * Math.cos(lambda);
    return RADIUS_METRES * Math.atan2(Math.hypot(east, north), along);
  }

  /** Square metres within the polygons of a geometry, whose edges are great circles. */
  public static double area(Geometry geometry) {
    double area = 0;
    for (int index = 0; index < geometry.getNumGeometries(); index++) {
      Geometry part = geometry.getGeometryN(index);
      if (part instanceof Polygon polygon) {
        area += area(polygon);
      } else if (part instanceof GeometryCollection) {
        area += area(part);
      }
    }
    return area;
  }

  private static double area(Polygon polygon) {
    double area = area(polygon.getExteriorRing());
    for (int hole = 0; hole < polygon.getNumInteriorRing(); hole++) {
      area -= area(polygon.getInteriorRingN(hole));
    }
    return area;
  }

  /**
   * The sum over edges of the area between edge and equator, which is twice the angle whose tangent
   * is as below (I. Todhunter, Spherical Trigonometry, article 103). A ring around a pole bounds
   * with the equator what a cap leaves of a hemisphere.
   */
  private static double area(LineString ring) {
    CoordinateSequence places = ring.getCoordinateSequence();
    double excess = 0;
    double turn = 0;
    for (int index = 1; index < places.size(); index++) {
      double lambda = Math.toRadians(places.getX(index) - places.getX(index - 1));
      lambda = Math.IEEEremainder(lambda, 2 * Math.PI);
      double from = Math.tan(Math.toRadians(places.getY(index - 1)) / 2);
      double to = Math.tan(Math.toRadians(places.getY(index)) / 2);
      excess += 2 * Math.atan2(Math.tan(lambda / 2) * (from + to), 1 + from * to);
      turn += lambda;
    }
    boolean isAroundPole = Math.abs(turn) > Math.PI;
    double angle = isAroundPole ? 2 * Math.PI - Math.abs(excess) : Math.abs(excess);
    return angle * RADIUS_METRES * RADIUS_METRES;
  }
}
