package io.gamay.ingest.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LocalRoomTest {

  private final LeaseRegistry leases = new LeaseRegistry(100);
  private final LocalRoom room = new LocalRoom(OptionalLong.of(100));

  @Test
  void whatWasUsedLeastLatelyGoesFirstAndOfUnusedOnesTheOldest() {
    note(3, 40, 0);
    note(1, 40, 0);
    note(2, 40, 5);
    note(0, 40, 9);
    assertThat(victims()).containsExactly(1, 3);
    assertThat(room.usedBytes()).isEqualTo(80);
    assertThat(room.isPressed()).isFalse();
  }

  @Test
  void aUseSinceItWasNotedCounts() {
    SegmentHolding first = note(0, 40, 1);
    note(1, 40, 2);
    note(2, 40, 3);
    first.noteUse(4);
    assertThat(victims()).containsExactly(1);
  }

  @Test
  void whatIsLeasedStaysAndGoesWhenItIsNot() {
    SegmentHolding first = note(0, 60, 1);
    note(1, 60, 2);
    SegmentLease lease = first.lease().orElseThrow();
    note(2, 60, 3);
    assertThat(victims()).containsExactly(1, 2);
    assertThat(note(3, 60, 4).lease()).isPresent();
    assertThat(victims()).isEmpty();
    assertThat(room.isPressed()).isTrue();
    lease.close();
    assertThat(victims()).containsExactly(0);
  }

  @Test
  void eachIsNamedOnceInAPassThoughItDoesNotGo() {
    note(0, 60, 1);
    note(1, 60, 2);
    LocalRoom.Pass pass = new LocalRoom.Pass();
    assertThat(room.next(pass)).isEqualTo(new LocalRoom.Step.Evict(key(0)));
    assertThat(room.next(pass)).isEqualTo(new LocalRoom.Step.Evict(key(1)));
    assertThat(room.next(pass)).isEqualTo(new LocalRoom.Step.Rest());
    assertThat(room.next(new LocalRoom.Pass())).isEqualTo(new LocalRoom.Step.Evict(key(0)));
  }

  @Test
  void filesThatAreFoundTakeRoomAndStayUntilTheyAreShown() {
    room.noteFound(key(0), 90);
    assertThat(room.tryClaim(20)).isEmpty();
    LocalRoom.Claim claim = room.claim(20);
    assertThat(room.next(new LocalRoom.Pass())).isEqualTo(new LocalRoom.Step.Rest());
    note(0, 80, 0);
    room.noteFound(key(0), 90);
    assertThat(room.usedBytes()).isEqualTo(80);
    assertThat(room.next(new LocalRoom.Pass())).isEqualTo(new LocalRoom.Step.Grant(claim));
  }

  @Test
  void nothingGoesByItselfWhileFilesThatWereFoundAreNotShown() {
    room.noteFound(key(0), 60);
    room.noteFound(key(1), 60);
    note(1, 60, 0);
    assertThat(victims()).isEmpty();
    note(0, 60, 0);
    assertThat(victims()).containsExactly(0);
  }

  @Test
  void claimsAreGrantedInTheirOrderWithinTheLimit() {
    note(0, 50, 0);
    LocalRoom.Claim large = room.claim(80);
    LocalRoom.Claim small = room.claim(10);
    assertThat(room.tryClaim(1)).as("who waits goes first").isEmpty();
    LocalRoom.Pass pass = new LocalRoom.Pass();
    assertThat(room.next(pass)).isEqualTo(new LocalRoom.Step.Evict(key(0)));
    assertThat(room.next(pass)).isEqualTo(new LocalRoom.Step.Rest());
    room.forget(key(0));
    assertThat(room.next(pass)).isEqualTo(new LocalRoom.Step.Grant(large));
    assertThat(room.next(pass)).isEqualTo(new LocalRoom.Step.Grant(small));
    assertThat(room.claimedBytes()).isEqualTo(90);
    large.close();
    large.close();
    assertThat(room.claimedBytes()).isEqualTo(10);
  }

  @Test
  void aClaimThatIsWithdrawnLetsTheNextOneThrough() {
    assertThat(note(0, 50, 0).lease()).isPresent();
    LocalRoom.Claim large = room.claim(80);
    LocalRoom.Claim small = room.claim(10);
    assertThat(room.next(new LocalRoom.Pass())).isEqualTo(new LocalRoom.Step.Rest());
    assertThat(room.shortage().orElseThrow()).contains("50 of 100 bytes", "2 files wait");
    large.close();
    assertThat(room.next(new LocalRoom.Pass())).isEqualTo(new LocalRoom.Step.Grant(small));
    assertThat(room.shortage()).isEmpty();
    assertThat(room.isPressed()).isFalse();
  }

  @Test
  void aFileThatWasReleasedIsNotNoted() {
    SegmentHolding gone = leases.hold("s", () -> {});
    gone.retire();
    room.noteFile(key(0), 10, gone);
    assertThat(room.usedBytes()).isZero();
  }

  @Test
  void anotherFileOfASegmentTakesThePlaceAndTheUseOfTheFirst() {
    note(0, 40, 7);
    note(1, 40, 5);
    SegmentHolding indexed = note(0, 60, 0);
    assertThat(indexed.lastUse()).isEqualTo(7);
    assertThat(room.usedBytes()).isEqualTo(100);
    note(2, 40, 8);
    assertThat(victims()).containsExactly(1);
  }

  @Test
  void withoutALimitNothingGoesAndEverythingFits() {
    LocalRoom unlimited = new LocalRoom(OptionalLong.empty());
    unlimited.noteFile(key(0), Long.MAX_VALUE / 2, leases.hold("s", () -> {}));
    assertThat(unlimited.next(new LocalRoom.Pass())).isEqualTo(new LocalRoom.Step.Rest());
    assertThat(unlimited.tryClaim(1 << 30)).isPresent();
    assertThat(unlimited.limitBytes()).isEmpty();
    assertThat(unlimited.isPressed()).isFalse();
  }

  @Test
  void idleHoldingIsRetiredOnceAndNeverUnderALease() {
    List<String> released = new ArrayList<>();
    SegmentHolding holding = leases.hold("s", () -> released.add("s"));
    SegmentLease lease = holding.lease().orElseThrow();
    assertThat(holding.retireIfIdle()).isFalse();
    assertThat(holding.isIdle()).isFalse();
    holding.retire();
    assertThat(holding.retireIfIdle()).as("it has no owner, but a reader").isFalse();
    assertThat(released).isEmpty();
    lease.close();
    assertThat(released).containsExactly("s");
    assertThat(holding.retireIfIdle()).isFalse();
    holding.retire();
    assertThat(released).containsExactly("s");
    assertThat(holding.lease()).isEqualTo(Optional.empty());
    assertThat(leases.openLeases()).isZero();

    SegmentHolding idle = leases.hold("t", () -> released.add("t"));
    assertThat(idle.retireIfIdle()).isTrue();
    assertThat(released).containsExactly("s", "t");
    assertThat(idle.lease()).isEmpty();
  }

  /** What goes until there is room, and is gone then. */
  private List<Integer> victims() {
    List<Integer> gone = new ArrayList<>();
    LocalRoom.Pass pass = new LocalRoom.Pass();
    while (room.next(pass) instanceof LocalRoom.Step.Evict(SegmentKey key)) {
      room.forget(key);
      gone.add(key.segment().sequence());
    }
    return gone;
  }

  private SegmentHolding note(int sequence, long bytes, long use) {
    SegmentHolding holding = leases.hold("s" + sequence, () -> {});
    holding.noteUse(use);
    room.noteFile(key(sequence), bytes, holding);
    return holding;
  }

  /** The higher, the younger. */
  private static SegmentKey key(int sequence) {
    return new SegmentKey(
        "t-1", SegmentName.create("t", 0, sequence, Instant.EPOCH.plusSeconds(60L * sequence)));
  }
}
