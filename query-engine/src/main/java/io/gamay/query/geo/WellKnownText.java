package io.gamay.query.geo;

import org.locationtech.jts.geom.Geometry;
import org.locationtech.jts.io.ParseException;
import org.locationtech.jts.io.WKTReader;
import org.locationtech.jts.io.WKTWriter;

/** The well-known text form of geometries (OGC 06-103r4, section 7): {@code POINT (1 2)}. */
public final class WellKnownText {

  private static final String EMPTY = "EMPTY";

  private WellKnownText() {}

  /** Two coordinates. */
  public static String write(Geometry geometry) {
    return new WKTWriter(2).write(geometry);
  }

  /**
   * @param text one geometry and nothing else
   */
  public static Geometry read(String text) throws MalformedGeometryException {
    Shapes.requireLength(text.length());
    requireOne(text);
    try {
      return new WKTReader(Shapes.FACTORY).read(text);
    } catch (ParseException | IllegalArgumentException e) {
      throw new MalformedGeometryException(String.valueOf(e.getMessage()).strip(), e);
    }
  }

  /**
   * The library's reader follows parentheses by recursion, and does not look at what stands behind
   * the last, or behind EMPTY.
   */
  private static void requireOne(String text) throws MalformedGeometryException {
    int depth = 0;
    boolean isClosed = false;
    for (int index = 0; index < text.length(); index++) {
      char c = text.charAt(index);
      if (isClosed && c > ' ') {
        throw new MalformedGeometryException(
            "unexpected character %s behind the geometry, at %d".formatted(c, index));
      }
      boolean isEmptyWord = depth == 0 && text.regionMatches(true, index, EMPTY, 0, EMPTY.length());
      if (isEmptyWord) {
        index += EMPTY.length() - 1;
        isClosed = true;
      } else if (c == '(') {
        Shapes.requireDepth(++depth);
      } else if (c == ')') {
        if (--depth < 0) {
          throw new MalformedGeometryException("unexpected ) at character " + index);
        }
        isClosed = depth == 0;
      }
    }
    if (depth > 0) {
      throw new MalformedGeometryException("%d parentheses are not closed".formatted(depth));
    }
  }
}
