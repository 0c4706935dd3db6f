package io.gamay.ingest.consume;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.cluster.segment.PartitionsSeen;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.BytesBlock;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.read.DocIdBlock;
import io.gamay.segment.schema.StoredType;
import io.gamay.segment.schema.Value;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which partitions the values of a sealed file fall into: from dictionaries where there are some.
 */
final class SeenPartitions {

  private SeenPartitions() {}

  /**
   * A column whose values have no partition, or too many to be worth a place in metadata, is not in
   * it.
   *
   * @param segment leased by the caller
   */
  static Map<String, PartitionsSeen> of(
      ImmutableSegment segment, Map<String, PartitionFunction> functions) {
    Map<String, PartitionsSeen> seen = new HashMap<>();
    functions.forEach(
        (column, function) -> {
          boolean isThere =
              segment
                  .schema()
                  .column(column)
                  .filter(spec -> function.takes(spec.storedType()))
                  .isPresent();
          if (isThere) {
            idsOf(segment, column, function)
                .ifPresent(ids -> seen.put(column, new PartitionsSeen(function, ids)));
          }
        });
    return seen;
  }

  private static Optional<Set<Integer>> idsOf(
      ImmutableSegment segment, String column, PartitionFunction function) {
    ColumnReader reader = segment.column(column);
    Ids ids = new Ids(function);
    if (reader.dictionary().isPresent()) {
      DictionaryReader dictionary = reader.dictionary().get();
      for (int dictId = 0; dictId < dictionary.cardinality() && ids.isWorthIt(); dictId++) {
        ids.add(dictionary.valueAt(dictId));
      }
    } else {
      addRaw(reader, segment.docCount(), ids);
    }
    return ids.isWorthIt() ? Optional.of(ids.found) : Optional.empty();
  }

  private static void addRaw(ColumnReader reader, int docCount, Ids ids) {
    StoredType type = reader.spec().storedType();
    DocIdBlock docs = new DocIdBlock();
    long[] numbers = new long[DocIdBlock.MAX_DOCS];
    BytesBlock bytes = new BytesBlock();
    for (int first = 0; first < docCount && ids.isWorthIt(); first += DocIdBlock.MAX_DOCS) {
      docs.setRange(first, Math.min(DocIdBlock.MAX_DOCS, docCount - first));
      if (type == StoredType.INT || type == StoredType.LONG) {
        reader.readLongs(docs, numbers);
        for (int i = 0; i < docs.count(); i++) {
          ids.add(
              type == StoredType.INT
                  ? new Value.IntValue((int) numbers[i])
                  : new Value.LongValue(numbers[i]));
        }
      } else {
        reader.readBytes(docs, bytes);
        for (int i = 0; i < docs.count(); i++) {
          byte[] value = Arrays.copyOfRange(bytes.bytes(), bytes.start(i), bytes.end(i));
          ids.add(
              type == StoredType.STRING
                  ? new Value.StringValue(new String(value, StandardCharsets.UTF_8))
                  : new Value.BytesValue(value));
        }
      }
    }
  }

  private static final class Ids {
    private final PartitionFunction function;
    private final Set<Integer> found = new HashSet<>();
    private boolean isKnown = true;

    Ids(PartitionFunction function) {
      this.function = function;
    }

    void add(Value value) {
      OptionalInt partition = function.partitionOf(value);
      isKnown &= partition.isPresent();
      partition.ifPresent(found::add);
    }

    /** All partitions tell as little as none. */
    boolean isWorthIt() {
      return isKnown
          && found.size() <= PartitionsSeen.MOST_IDS
          && (function.count() == 1 || found.size() < function.count());
    }
  }
}
