package io.gamay.query.function;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gamay.query.geo.GeometryBytes;
import io.gamay.query.geo.MalformedGeometryException;
import io.gamay.query.vector.Vector;
import io.gamay.segment.schema.Value;
import java.util.HexFormat;
import java.util.Optional;
import org.locationtech.jts.geom.Geometry;

/**
 * An argument that is a geometry: of each row, or one for all rows. What is the same for all rows
 * is parsed once and kept for the next segments.
 */
final class GeometryArgument {

  private static final int KEPT_BYTES = 8 << 20;
  private static final int SHOWN_BYTES = 40;

  private static final Cache<Value.BytesValue, Geometry> PARSED =
      Caffeine.newBuilder()
          .maximumWeight(KEPT_BYTES)
          .<Value.BytesValue, Geometry>weigher((bytes, _) -> bytes.value().length + 1)
          .build();

  private final String function;
  private final int index;
  private final Optional<Value.BytesValue> fixed;

  private GeometryArgument(String function, int index, Optional<Value.BytesValue> fixed) {
    this.function = function;
    this.index = index;
    this.fixed = fixed;
  }

  static GeometryArgument ofRows(String function, int index) {
    return new GeometryArgument(function, index, Optional.empty());
  }

  /**
   * @param argument of a parameter that must be constant
   * @throws io.gamay.query.error.QueryException if it is no geometry
   */
  static GeometryArgument ofConstant(String function, int index, Argument argument) {
    Value.BytesValue bytes = (Value.BytesValue) argument.constant().orElseThrow();
    if (PARSED.getIfPresent(bytes) == null) {
      PARSED.put(bytes, parse(function, bytes.value(), 0, bytes.value().length));
    }
    return new GeometryArgument(function, index, Optional.of(bytes));
  }

  boolean isConstant() {
    return fixed.isPresent();
  }

  /** The geometry of all rows. */
  Geometry constant() {
    Value.BytesValue bytes = fixed.orElseThrow();
    return PARSED.get(
        bytes, missing -> parse(function, missing.value(), 0, missing.value().length));
  }

  Geometry geometry(Vector[] arguments, int row) {
    return isConstant()
        ? constant()
        : parse(function, bytes(arguments), start(arguments, row), end(arguments, row));
  }

  private static Geometry parse(String function, byte[] bytes, int from, int end) {
    try {
      Geometry geometry = GeometryBytes.read(bytes, from, end);
      // Computed here, as the library keeps it in a field that is not safe to publish.
      geometry.getEnvelopeInternal();
      return geometry;
    } catch (MalformedGeometryException e) {
      throw malformed(function, e, bytes, from, end);
    }
  }

  static RuntimeException malformed(
      String function, MalformedGeometryException e, byte[] bytes, int from, int end) {
    int shown = Math.min(end, from + SHOWN_BYTES);
    return Failures.ofValue(
        function,
        "not a geometry: " + e.getMessage(),
        HexFormat.of().formatHex(bytes, from, shown) + (shown < end ? "..." : ""));
  }

  /** Whether it is a point, so that x and y may be asked; the empty point is one. */
  boolean isPoint(Vector[] arguments, int row) {
    return GeometryBytes.isPoint(bytes(arguments), start(arguments, row), end(arguments, row));
  }

  double x(Vector[] arguments, int row) {
    return GeometryBytes.x(bytes(arguments), start(arguments, row));
  }

  double y(Vector[] arguments, int row) {
    return GeometryBytes.y(bytes(arguments), start(arguments, row));
  }

  boolean isGeography(Vector[] arguments, int row) {
    int start = start(arguments, row);
    return end(arguments, row) > start && GeometryBytes.isGeography(bytes(arguments), start);
  }

  private byte[] bytes(Vector[] arguments) {
    return fixed.isPresent() ? fixed.get().value() : arguments[index].bytes().bytes();
  }

  private int start(Vector[] arguments, int row) {
    return fixed.isPresent() ? 0 : arguments[index].bytes().start(row);
  }

  private int end(Vector[] arguments, int row) {
    return fixed.isPresent() ? fixed.get().value().length : arguments[index].bytes().end(row);
  }
}
