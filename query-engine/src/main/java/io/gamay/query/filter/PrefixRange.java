package io.gamay.query.filter;

import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.StoredType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The dictIds [low, high) of the texts that begin with a prefix: neighbours, if the dictionary is
 * sorted.
 */
record PrefixRange(int low, int high) {

  /** All dictIds where the dictionary is not sorted or holds no text. */
  static PrefixRange of(String prefix, DictionaryReader dictionary) {
    int cardinality = dictionary.cardinality();
    if (prefix.isEmpty()
        || !dictionary.isSorted()
        || dictionary.storedType() != StoredType.STRING) {
      return new PrefixRange(0, cardinality);
    }
    byte[] bytes = prefix.getBytes(StandardCharsets.UTF_8);
    int first = below(bytes, false, dictionary);
    return new PrefixRange(first, Math.max(first, below(bytes, true, dictionary)));
  }

  /** How many texts are before those with the prefix; or before those and with it. */
  private static int below(byte[] prefix, boolean orWith, DictionaryReader dictionary) {
    BytesBlock text = new BytesBlock(256, 1);
    int low = 0;
    int high = dictionary.cardinality();
    while (low < high) {
      int middle = (low + high) >>> 1;
      text.clear();
      dictionary.appendBytes(middle, text);
      int compared = Math.min(text.end(0), prefix.length);
      int sign = Arrays.compareUnsigned(text.bytes(), 0, compared, prefix, 0, prefix.length);
      if (sign < 0 || (orWith && sign == 0)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
