package io.gamay.query.filter;

import java.util.List;
import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.IntConsumer;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.buffer.ImmutableRoaringBitmap;

/** Bitmaps of docIds, on the heap and over mapped memory alike. */
final class DocIdBitmaps {

  private DocIdBitmaps() {}

  /** Only read. */
  static RoaringBitmap onHeap(ImmutableBitmapDataProvider bitmap) {
    return switch (bitmap) {
      case RoaringBitmap heap -> heap;
      case ImmutableRoaringBitmap mapped -> mapped.toRoaringBitmap();
      default -> {
        RoaringBitmap copy = new RoaringBitmap();
        bitmap.forEach((IntConsumer) copy::add);
        yield copy;
      }
    };
  }

  /** One of them is given as it is. */
  static ImmutableBitmapDataProvider union(List<ImmutableBitmapDataProvider> bitmaps) {
    if (bitmaps.size() == 1) {
      return bitmaps.getFirst();
    }
    RoaringBitmap union = new RoaringBitmap();
    bitmaps.forEach(bitmap -> union.or(onHeap(bitmap)));
    return union;
  }

  static ImmutableBitmapDataProvider intersection(
      ImmutableBitmapDataProvider left, ImmutableBitmapDataProvider right) {
    return RoaringBitmap.and(onHeap(left), onHeap(right));
  }
}
