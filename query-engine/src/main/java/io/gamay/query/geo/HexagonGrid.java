package io.gamay.query.geo;

import com.uber.h3core.H3Core;
import com.uber.h3core.exceptions.H3Exception;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hexagonal grid H3 (h3geo.org): cells as their indexes of 64 bits. The library is native code,
 * which is unpacked and loaded when it is first asked. Thread-safe.
 */
public final class HexagonGrid {

  /** Of one process. */
  public static final HexagonGrid SHARED = new HexagonGrid(H3Core::newInstance);

  public static final int MAX_RESOLUTION = 15;

  private final Loader loader;
  private volatile @Nullable H3Core loaded;

  /** Makes the library ready. */
  interface Loader {
    H3Core load() throws IOException;
  }

  HexagonGrid(Loader loader) {
    this.loader = loader;
  }

  /**
   * The cell that a place lies in.
   *
   * @param latitude in [-90, 90], degrees
   * @param longitude in [-180, 180], degrees
   * @param resolution from 0, cells of some 4,000,000 km², to {@link #MAX_RESOLUTION}, of 1 m²
   * @throws IllegalArgumentException if there is no such place or resolution
   * @throws QueryException if the library does not run here; so do the other methods
   */
  public long cell(double latitude, double longitude, int resolution) {
    Shapes.requirePlace(latitude, longitude);
    if (resolution < 0 || resolution > MAX_RESOLUTION) {
      throw new IllegalArgumentException(
          "resolutions are 0 to %d, not %d".formatted(MAX_RESOLUTION, resolution));
    }
    return library().latLngToCell(latitude, longitude, resolution);
  }

  /**
   * Steps from neighbour to neighbour between two cells.
   *
   * @throws IllegalArgumentException if one is no cell, they are of different resolutions, or the
   *     grid does not tell: cells that are far from each other or on two sides of a pentagon
   */
  public long distance(long cell, long other) {
    requireCell(cell);
    requireCell(other);
    try {
      return library().gridDistance(cell, other);
    } catch (H3Exception e) {
      throw new IllegalArgumentException(
          "the grid knows no distance between %x and %x: %s".formatted(cell, other, e.getMessage()),
          e);
    }
  }

  /**
   * All cells in at most so many steps from a cell, itself included: 3k(k + 1) + 1, or fewer where
   * a pentagon is near.
   *
   * @throws IllegalArgumentException if it is no cell, or steps are negative
   */
  public List<Long> disk(long cell, int steps) {
    requireCell(cell);
    if (steps < 0) {
      throw new IllegalArgumentException("steps must not be negative: " + steps);
    }
    return library().gridDisk(cell, steps);
  }

  private void requireCell(long cell) {
    if (!library().isValidCell(cell)) {
      throw new IllegalArgumentException("%x is no cell of H3".formatted(cell));
    }
  }

  private H3Core library() {
    H3Core known = loaded;
    return known == null ? load() : known;
  }

  private synchronized H3Core load() {
    H3Core known = loaded;
    if (known != null) {
      return known;
    }
    try {
      known = loader.load();
    } catch (IOException | LinkageError | RuntimeException e) {
      throw new QueryException(
          QueryErrorCode.QUERY_EXECUTION,
          "functions of the H3 grid need its native library, which does not run on %s (%s): %s"
              .formatted(System.getProperty("os.name"), System.getProperty("os.arch"), e),
          e);
    }
    loaded = known;
    return known;
  }
}
