package io.gamay.query.geo;

import static io.gamay.query.geo.Shapes.FACTORY;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.locationtech.jts.geom.Coordinate;
import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.geom.LineString;
import org.locationtech.jts.geom.LinearRing;
import org.locationtech.jts.geom.Point;
import org.locationtech.jts.geom.Polygon;
import org.locationtech.jts.io.OrdinateFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Geometries as GeoJSON (RFC 7946, section 3.1): {@code {"type":"Point","coordinates":[1,2]}}.
 * Members that are not known are read over, third coordinates too.
 */
public final class GeoJson {

  private static final JsonFactory FACTORY_OF_PARSERS = new JsonFactory();

  /** Coordinates of polygons of one MultiPolygon lie four lists deep. */
  private static final int MAX_LISTS = 4;

  private GeoJson() {}

  /**
   * @param text one geometry and nothing else
   */
  public static Geometry read(String text) throws MalformedGeometryException {
    Shapes.requireLength(text.length());
    try (JsonParser parser = FACTORY_OF_PARSERS.createParser(ObjectReadContext.empty(), text)) {
      parser.nextToken();
      Geometry geometry = read(parser, 0);
      if (parser.nextToken() != null) {
        throw new MalformedGeometryException("more than one value");
      }
      return geometry;
    } catch (JacksonException e) {
      throw new MalformedGeometryException("not JSON: " + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new MalformedGeometryException(String.valueOf(e.getMessage()), e);
    }
  }

  /** A member "coordinates": a position, or a list of such nodes. */
  private sealed interface Node {
    record Position(Coordinate coordinate) implements Node {}

    record Nodes(List<Node> nodes) implements Node {}
  }

  private static Geometry read(JsonParser parser, int depth) throws MalformedGeometryException {
    Shapes.requireDepth(depth);
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedGeometryException("expected an object");
    }
    String type = "";
    Optional<Node> coordinates = Optional.empty();
    List<Geometry> parts = new ArrayList<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String member = parser.currentName();
      JsonToken value = parser.nextToken();
      if (member.equals("type") && value == JsonToken.VALUE_STRING) {
        type = parser.getString();
      } else if (member.equals("coordinates") && value == JsonToken.START_ARRAY) {
        coordinates = Optional.of(node(parser, 0));
      } else if (member.equals("geometries") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          parts.add(read(parser, depth + 1));
        }
      } else {
        parser.skipChildren();
      }
    }
    if (type.equals("GeometryCollection")) {
      return FACTORY.createGeometryCollection(parts.toArray(new Geometry[0]));
    }
    String shape = type;
    return shape(
        type,
        coordinates.orElseThrow(
            () -> new MalformedGeometryException("no coordinates of type '%s'".formatted(shape))));
  }

  private static Node node(JsonParser parser, int lists) throws MalformedGeometryException {
    if (lists >= MAX_LISTS) {
      throw new MalformedGeometryException("coordinates are nested deeper than " + MAX_LISTS);
    }
    JsonToken first = parser.nextToken();
    if (first != null && first.isNumeric()) {
      return position(parser);
    }
    List<Node> nodes = new ArrayList<>();
    for (JsonToken token = first; token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      if (token != JsonToken.START_ARRAY) {
        throw new MalformedGeometryException("expected a position or a list of coordinates");
      }
      nodes.add(node(parser, lists + 1));
    }
    return new Node.Nodes(nodes);
  }

  private static Node position(JsonParser parser) throws MalformedGeometryException {
    double x = parser.getDoubleValue();
    JsonToken second = parser.nextToken();
    if (second == null || !second.isNumeric()) {
      throw new MalformedGeometryException("expected a second coordinate");
    }
    double y = parser.getDoubleValue();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (!parser.currentToken().isNumeric()) {
        throw new MalformedGeometryException("expected a number in a position");
      }
    }
    return new Node.Position(new Coordinate(x, y));
  }

  private static Geometry shape(String type, Node coordinates) throws MalformedGeometryException {
    return switch (type) {
      case "Point" -> point(coordinates);
      case "LineString" -> FACTORY.createLineString(line(coordinates));
      case "Polygon" -> polygon(coordinates);
      case "MultiPoint" -> FACTORY.createMultiPointFromCoords(line(coordinates));
      case "MultiLineString" -> {
        List<LineString> lines = new ArrayList<>();
        for (Node node : nodes(coordinates)) {
          lines.add(FACTORY.createLineString(line(node)));
        }
        yield FACTORY.createMultiLineString(lines.toArray(new LineString[0]));
      }
      case "MultiPolygon" -> {
        List<Polygon> polygons = new ArrayList<>();
        for (Node node : nodes(coordinates)) {
          polygons.add(polygon(node));
        }
        yield FACTORY.createMultiPolygon(polygons.toArray(new Polygon[0]));
      }
      default -> throw new MalformedGeometryException("unknown type '%s'".formatted(type));
    };
  }

  private static Point point(Node node) throws MalformedGeometryException {
    return switch (node) {
      case Node.Position(Coordinate coordinate) -> FACTORY.createPoint(coordinate);
      case Node.Nodes(List<Node> nodes) when nodes.isEmpty() -> FACTORY.createPoint();
      case Node.Nodes _ -> throw new MalformedGeometryException("expected one position");
    };
  }

  private static List<Node> nodes(Node node) throws MalformedGeometryException {
    return switch (node) {
      case Node.Nodes(List<Node> nodes) -> nodes;
      case Node.Position _ -> throw new MalformedGeometryException("expected a list of positions");
    };
  }

  private static Coordinate[] line(Node node) throws MalformedGeometryException {
    List<Coordinate> line = new ArrayList<>();
    for (Node position : nodes(node)) {
      line.add(
          switch (position) {
            case Node.Position(Coordinate coordinate) -> coordinate;
            case Node.Nodes _ -> throw new MalformedGeometryException("expected a position");
          });
    }
    return line.toArray(new Coordinate[0]);
  }

  private static Polygon polygon(Node node) throws MalformedGeometryException {
    List<LinearRing> rings = new ArrayList<>();
    for (Node ring : nodes(node)) {
      rings.add(FACTORY.createLinearRing(line(ring)));
    }
    return rings.isEmpty()
        ? FACTORY.createPolygon()
        : FACTORY.createPolygon(
            rings.getFirst(), rings.subList(1, rings.size()).toArray(new LinearRing[0]));
  }

  /** Without blanks; two coordinates. */
  public static String write(Geometry geometry) {
    var text = new StringBuilder();
    write(geometry, text);
    return text.toString();
  }

  private static void write(Geometry geometry, StringBuilder out) {
    String type =
        geometry instanceof LineString ? Geometry.TYPENAME_LINESTRING : geometry.getGeometryType();
    out.append("{\"type\":\"").append(type).append("\",");
    boolean isCollection = type.equals(Geometry.TYPENAME_GEOMETRYCOLLECTION);
    out.append(isCollection ? "\"geometries\":" : "\"coordinates\":");
    switch (geometry) {
      case Point point -> writePoint(point, out);
      case LineString line -> writeLine(line, out);
      case Polygon polygon -> writePolygon(polygon, out);
      default -> writeParts(geometry, isCollection, out);
    }
    out.append('}');
  }

  private static void writePoint(Point point, StringBuilder out) {
    if (point.isEmpty()) {
      out.append("[]");
    } else {
      writePosition(point.getCoordinate(), out);
    }
  }

  private static void writePosition(Coordinate coordinate, StringBuilder out) {
    out.append('[')
        .append(OrdinateFormat.DEFAULT.format(coordinate.x))
        .append(',')
        .append(OrdinateFormat.DEFAULT.format(coordinate.y))
        .append(']');
  }

  private static void writeLine(LineString line, StringBuilder out) {
    out.append('[');
    for (int index = 0; index < line.getNumPoints(); index++) {
      out.append(index > 0 ? "," : "");
      writePosition(line.getCoordinateN(index), out);
    }
    out.append(']');
  }

  private static void writePolygon(Polygon polygon, StringBuilder out) {
    out.append('[');
    if (!polygon.isEmpty()) {
      writeLine(polygon.getExteriorRing(), out);
    }
    for (int hole = 0; hole < polygon.getNumInteriorRing(); hole++) {
      out.append(',');
      writeLine(polygon.getInteriorRingN(hole), out);
    }
    out.append(']');
  }

  private static void writeParts(Geometry geometry, boolean isCollection, StringBuilder out) {
    out.append('[');
    for (int index = 0; index < geometry.getNumGeometries(); index++) {
      out.append(index > 0 ? "," : "");
      Geometry part = geometry.getGeometryN(index);
      switch (part) {
        case Geometry any when isCollection -> write(any, out);
        case Point point -> writePoint(point, out);
        case LineString line -> writeLine(line, out);
        case Polygon polygon -> writePolygon(polygon, out);
        default -> throw new IllegalStateException("not a part: " + part.getGeometryType());
      }
    }
    out.append(']');
  }
}
