package io.gamay.segment.mutable;

import io.gamay.segment.memory.FixedWidthView;
import io.gamay.segment.memory.MemoryAccount;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.BitSetUtil;
import org.roaringbitmap.RoaringBitmap;

/** The null rows among [0, docCount). Thread-safe; the bitmap is made when first asked for. */
final class NullBitsView {

  private final MemoryAccount memory;
  private final FixedWidthView words;
  private final int docCount;
  private volatile @Nullable RoaringBitmap bitmap;

  NullBitsView(MemoryAccount memory, FixedWidthView words, int docCount) {
    this.memory = memory;
    this.words = words;
    this.docCount = docCount;
  }

  NullBitsView upTo(int shorter) {
    return new NullBitsView(memory, words, shorter);
  }

  boolean isNull(int docId) {
    int word = docId >>> 6;
    return word < words.size() && (words.sharedLongAt(word) >>> docId & 1) != 0;
  }

  RoaringBitmap bitmap() {
    memory.checkOpen();
    RoaringBitmap made = bitmap;
    if (made == null) {
      made = makeBitmap();
      bitmap = made;
    }
    return made;
  }

  private RoaringBitmap makeBitmap() {
    int wordCount = (int) Math.min((docCount + 63L) >>> 6, words.size());
    if (wordCount == 0) {
      return new RoaringBitmap();
    }
    long[] copy = new long[wordCount];
    for (int word = 0; word < wordCount; word++) {
      copy[word] = words.sharedLongAt(word);
    }
    int lastWord = docCount >>> 6;
    if (lastWord < wordCount) {
      copy[lastWord] &= (1L << docCount) - 1;
    }
    return BitSetUtil.bitmapOf(copy);
  }
}
