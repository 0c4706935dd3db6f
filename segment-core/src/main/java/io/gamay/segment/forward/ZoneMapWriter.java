package io.gamay.segment.forward;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.BlockOutput;
import io.gamay.segment.format.SegmentFileWriter;
import io.gamay.segment.read.ZoneMapReader;
import io.gamay.segment.schema.StoredType;
import java.io.IOException;
import java.util.Arrays;

/** Gathers the bounds of each zone while a column is written. One thread. */
public final class ZoneMapWriter {

  private long[] bounds = new long[64];
  private int boundCount;
  private int docCount;

  /** Adds the next row's value as a key of {@link NumericKeys}, or its dictId. */
  public void add(long key) {
    if (docCount++ % ZoneMapReader.ZONE_DOCS == 0) {
      if (boundCount == bounds.length) {
        bounds = Arrays.copyOf(bounds, boundCount * 2);
      }
      bounds[boundCount++] = key;
      bounds[boundCount++] = key;
      return;
    }
    int zone = boundCount - 2;
    bounds[zone] = Math.min(bounds[zone], key);
    bounds[zone + 1] = Math.max(bounds[zone + 1], key);
  }

  /**
   * @param type of the values; INT for dictIds
   */
  public void write(SegmentFileWriter file, int column, StoredType type) throws IOException {
    try (BlockOutput out =
        file.startBlock(
            column,
            BlockKind.ZONE_MAP,
            BlockEncoding.FIXED,
            NumericKeys.bitsPerValue(type),
            boundCount)) {
      for (int index = 0; index < boundCount; index++) {
        NumericKeys.write(type, bounds[index], out);
      }
    }
  }
}
