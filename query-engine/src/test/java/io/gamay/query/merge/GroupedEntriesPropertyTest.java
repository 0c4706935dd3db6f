package io.gamay.query.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupedEntriesPropertyTest {

  @Test
  void entriesAreInTheOrderOfAStableSort() {
    Seeds.forEach(
        300,
        random -> {
          int groups = random.between(1, 5);
          List<Integer> keys = new ArrayList<>();
          GroupedEntries entries =
              new GroupedEntries((left, right) -> keys.get(left) - keys.get(right));
          entries.ensureGroups(groups);
          List<Integer> groupOf = new ArrayList<>();
          int range = random.oneOf(List.of(1, 3, 1000));
          for (int count = random.between(0, 200); count > 0; count--) {
            int group = random.between(0, groups - 1);
            groupOf.add(group);
            keys.add(random.between(0, range));
            assertThat(entries.add(group)).isEqualTo(keys.size() - 1);
            assertThat(entries.capacity()).isGreaterThanOrEqualTo(keys.size());
            if (random.chance(0.02)) {
              entries.order();
            }
          }
          List<Integer> expected =
              IntStream.range(0, keys.size())
                  .boxed()
                  .sorted(
                      Comparator.<Integer>comparingInt(groupOf::get).thenComparingInt(keys::get))
                  .toList();
          assertThat(IntStream.of(entries.order()).boxed().toList()).isEqualTo(expected);
          int end = 0;
          for (int group = 0; group < groups; group++) {
            end += entries.count(group);
            assertThat(entries.end(group)).isEqualTo(end);
          }
        });
  }
}
