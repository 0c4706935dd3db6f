package io.gamay.segment.seal;

import io.gamay.segment.forward.NumericForm;
import io.gamay.segment.read.DocIdBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * That the values of one column follow from those of another: rows that agree in the one agree in
 * the other.
 *
 * @param parentColumn position in the schema of the column that the other follows from
 * @param dictIdByParent by the parent's dictId
 */
record Dependency(int parentColumn, int[] dictIdByParent) {

  /** A row must become shorter by this, or the faster form is worth more. */
  private static final int LEAST_SAVED_BITS = 12;

  /**
   * Finds the columns that follow from others and tells them so. A column that others follow from
   * follows from none itself; of several that would do, the one with the fewest values is taken,
   * and of those the first in the schema.
   */
  static void find(Collection<DictionarySealer> columns, int docCount) throws IOException {
    List<DictionarySealer> candidates = new ArrayList<>();
    for (DictionarySealer column : columns) {
      if (column.bits() > LEAST_SAVED_BITS) {
        candidates.add(column);
      }
    }
    candidates.sort(
        Comparator.comparingInt(DictionarySealer::cardinality)
            .thenComparingInt(DictionarySealer::column));
    for (DictionarySealer child : candidates) {
      if (child.hasDependents()) {
        continue;
      }
      for (DictionarySealer parent : candidates) {
        if (parent != child && !parent.isDependent() && isWorthIt(child, parent, docCount)) {
          Optional<Dependency> found = check(child, parent, docCount);
          if (found.isPresent()) {
            child.followFrom(found.get());
            parent.keepForDependents();
            break;
          }
        }
      }
    }
  }

  private static boolean isWorthIt(DictionarySealer child, DictionarySealer parent, int docCount) {
    if (parent.cardinality() < child.cardinality()) {
      return false;
    }
    long ownBytes = NumericForm.packedBytes(docCount, child.cardinality());
    long mapBytes = NumericForm.packedBytes(parent.cardinality(), child.cardinality());
    return (ownBytes - mapBytes) * Byte.SIZE >= (long) LEAST_SAVED_BITS * docCount;
  }

  /** Empty from the first two rows on that contradict each other. */
  private static Optional<Dependency> check(
      DictionarySealer child, DictionarySealer parent, int docCount) {
    int[] dictIdByParent = new int[parent.cardinality()];
    Arrays.fill(dictIdByParent, -1);
    int[] childIds = new int[DocIdBlock.MAX_DOCS];
    int[] parentIds = new int[DocIdBlock.MAX_DOCS];
    DocIdBlock docs = new DocIdBlock();
    for (int first = 0; first < docCount; first += docs.count()) {
      docs.setRange(first, Math.min(DocIdBlock.MAX_DOCS, docCount - first));
      child.readNewIds(docs, childIds);
      parent.readNewIds(docs, parentIds);
      for (int index = 0; index < docs.count(); index++) {
        int known = dictIdByParent[parentIds[index]];
        if (known != childIds[index]) {
          if (known >= 0) {
            return Optional.empty();
          }
          dictIdByParent[parentIds[index]] = childIds[index];
        }
      }
    }
    return Optional.of(new Dependency(parent.column(), dictIdByParent));
  }
}
