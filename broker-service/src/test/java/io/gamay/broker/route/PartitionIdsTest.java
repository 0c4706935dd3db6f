package io.gamay.broker.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.PartitionFunction;
import io.gamay.segment.schema.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionIdsTest {

  private static final List<Value> VALUES =
      List.of(
          new Value.StringValue("a"),
          new Value.StringValue("b"),
          new Value.LongValue(7),
          new Value.DoubleValue(7));

  private static final List<PartitionFunction> FUNCTIONS =
      List.of(
          PartitionFunction.of(PartitionFunction.MURMUR, 8),
          PartitionFunction.of(PartitionFunction.MURMUR, 16),
          PartitionFunction.of(PartitionFunction.HASH_CODE, 8),
          new PartitionFunction(PartitionFunction.MURMUR3, 8, 1, false),
          new PartitionFunction(PartitionFunction.MURMUR3, 8, 2, false));

  @Test
  void eachValueIsHashedOnceForAllSegmentsOfAFunction() {
    List<String> asked = new ArrayList<>();
    PartitionIds ids =
        new PartitionIds(
            (function, value) -> {
              asked.add(function + " " + value);
              return function.partitionOf(value);
            });
    for (int segment = 0; segment < 100; segment++) {
      for (PartitionFunction function : FUNCTIONS) {
        for (Value value : VALUES) {
          assertThat(ids.of(function, value)).isEqualTo(function.partitionOf(value));
        }
      }
    }
    assertThat(asked).hasSize(FUNCTIONS.size() * VALUES.size()).doesNotHaveDuplicates();
  }
}
