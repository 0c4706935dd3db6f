package io.gamay.query.structure;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.query.testing.Plans;
import io.gamay.query.testing.RowsSegment;
import io.gamay.segment.read.DictionaryReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FindingsTest {

  private static final ColumnSpec FARE = ColumnSpec.dimension("fare", DataType.LONG);

  private final AtomicInteger answered = new AtomicInteger();
  private final Findings<Integer> findings = new Findings<>(1 << 20, _ -> Integer.BYTES);
  private final DictionaryReader fares = dictionary(1, 2, 3);

  @Test
  void questionIsAnsweredOnceForADictionary() {
    assertThat(find(fares, "largest")).isEqualTo(1);
    assertThat(find(fares, "largest")).isEqualTo(1);
    assertThat(find(fares, "least")).isEqualTo(2);
    assertThat(find(dictionary(1, 2, 3), "largest")).isEqualTo(3);
  }

  @Test
  void manyQuestionsOfOneDictionaryPushTheFirstOut() {
    for (int question = 0; question < 100; question++) {
      find(fares, question);
    }
    assertThat(find(fares, 99)).isEqualTo(100);
    assertThat(find(fares, 0)).isEqualTo(101);
  }

  private int find(DictionaryReader dictionary, Object question) {
    return findings.find(dictionary, question, answered::incrementAndGet);
  }

  private static DictionaryReader dictionary(long... values) {
    return Plans.segment("s", 0, FARE, Plans.longs(values), RowsSegment.Shape.SEALED)
        .column("fare")
        .dictionary()
        .orElseThrow();
  }
}
