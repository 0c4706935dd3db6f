package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.view.ClusterView.PartitionView;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CommonBeginningsTest {

  private final CommonBeginnings beginnings = new CommonBeginnings();

  @Test
  void whoServedTheOneBeforeAndIsAMemberBeganTheNext() {
    assertThat(look(0, List.of("A", "B"), Set.of("A"))).isEmpty();
    assertThat(look(1, List.of("A", "B"), Set.of("A", "B"))).containsExactly("A");
    assertThat(look(1, List.of("A", "B"), Set.of())).containsExactly("A");
    assertThat(look(1, List.of("B"), Set.of("B"))).isEmpty();
    assertThat(look(2, List.of("B"), Set.of())).containsExactly("B");
  }

  @Test
  void whatWasNotSeenIsNotKnown() {
    assertThat(look(0, List.of("A"), Set.of("A"))).isEmpty();
    assertThat(look(2, List.of("A"), Set.of("A"))).isEmpty();
    assertThat(look(3, List.of("A"), Set.of("A"))).containsExactly("A");
  }

  @Test
  void partitionsThatAreNotLookedAtAreForgotten() {
    look(0, List.of("A"), Set.of("A"));
    beginnings.forgetOthers();
    beginnings.forgetOthers();
    assertThat(look(1, List.of("A"), Set.of("A"))).isEmpty();
  }

  private Set<String> look(int sequence, List<String> members, Set<String> serving) {
    PartitionView partition =
        PlacedTables.partition(
            0, List.of(PlacedTables.on(PlacedTables.consuming(0, sequence), members)));
    return beginnings.look("trips-1", partition, (_, server) -> serving.contains(server));
  }
}
