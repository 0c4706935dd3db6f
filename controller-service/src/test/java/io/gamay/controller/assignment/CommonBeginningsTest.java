package io.gamay.controller.assignment;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.view.ClusterView.PartitionView;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class CommonBeginningsTest {

  private final CommonBeginnings beginnings = new CommonBeginnings();
  private String away = "";

  @Test
  void whoServedTheOneBeforeAndIsAMemberBeganTheNext() {
    assertThat(look(0, List.of("A", "B"), Set.of("A"))).isEmpty();
    assertThat(look(1, List.of("A", "B"), Set.of("A", "B"))).containsExactly("A");
    assertThat(look(1, List.of("A", "B"), Set.of("A"))).containsExactly("A");
    assertThat(look(1, List.of("B"), Set.of("B"))).isEmpty();
    assertThat(look(2, List.of("B"), Set.of())).containsExactly("B");
    assertThat(look(2, List.of("B"), Set.of("B"))).containsExactly("B");
  }

  @Test
  void whoStopsServingMayHaveBegunAnewInTheMiddle() {
    look(0, List.of("A", "B"), Set.of("A", "B"));
    assertThat(look(1, List.of("A", "B"), Set.of("A"))).containsExactly("A", "B");
    assertThat(look(1, List.of("A", "B"), Set.of("A", "B"))).containsExactly("A", "B");
    assertThat(look(1, List.of("A", "B"), Set.of("B"))).containsExactly("B");
    assertThat(look(1, List.of("A", "B"), Set.of("A", "B"))).containsExactly("B");
  }

  @Test
  void whoIsNotUpBeforeItFirstServesMayBeginInTheMiddle() {
    look(0, List.of("A"), Set.of("A"));
    away = "A";
    assertThat(look(1, List.of("A"), Set.of())).isEmpty();
    away = "";
    assertThat(look(1, List.of("A"), Set.of("A"))).isEmpty();
  }

  @Test
  void afterALongTimeWithoutAPassNothingIsKnown() {
    Instant now = Instant.EPOCH.plusSeconds(1_000_000);
    beginnings.begin(now);
    look(0, List.of("A"), Set.of("A"));
    beginnings.begin(now.plusSeconds(60));
    assertThat(look(1, List.of("A"), Set.of("A"))).containsExactly("A");
    beginnings.begin(now.plusSeconds(121));
    assertThat(look(1, List.of("A"), Set.of("A"))).isEmpty();
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
    return beginnings.look(
        "trips-1",
        partition,
        (_, server) -> serving.contains(server),
        server -> !server.equals(away));
  }
}
