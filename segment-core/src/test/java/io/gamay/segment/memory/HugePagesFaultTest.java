package io.gamay.segment.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.testkit.random.Seeds;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class HugePagesFaultTest {

  private static final int CHUNK_BYTES = 1 << 20;
  private static final int CHUNKS = 16;
  private static final MappingCalls MACHINE = LinuxCalls.find().orElseThrow();

  @Test
  void whicheverCallFailsNothingStaysMappedButWhatTheSystemDoesNotTakeBack() {
    FaultyCalls whole = new FaultyCalls(MACHINE, -1);
    OffHeapMemory untroubled = memory(whole);
    fill(untroubled);
    int callsToFill = whole.calls();
    untroubled.close();
    assertThat(whole.mappedBytes()).isZero();
    assertThat(callsToFill).isGreaterThan(10);

    for (int failing = 0; failing < whole.calls(); failing++) {
      FaultyCalls calls = new FaultyCalls(MACHINE, failing);
      OffHeapMemory memory = memory(calls);
      boolean isFilled = fill(memory);
      int callsBefore = calls.calls();
      memory.close();
      boolean isOfClose = isFilled && failing >= callsBefore;
      assertThat(calls.mappedBytes())
          .as("call %d", failing)
          .isLessThanOrEqualTo(isOfClose ? 2 * HugePages.BYTES : 0);
      assertThat(memory.reservedBytes()).isZero();
      assertThat(memory.bytes()).isZero();
    }
  }

  @Test
  void nothingIsMappedForMemoryThatIsReleased() {
    FaultyCalls calls = new FaultyCalls(MACHINE, -1);
    OffHeapMemory memory = memory(calls);
    MemoryAccount account = memory.openAccount();
    memory.close();
    assertThatThrownBy(() -> account.allocate(2 * CHUNK_BYTES))
        .isInstanceOf(IllegalStateException.class);
    assertThat(calls.calls()).isZero();
  }

  @Test
  void whatIsMappedWhileTheMemoryIsReleasedIsUnmapped() throws Exception {
    FaultyCalls calls = new FaultyCalls(MACHINE, -1);
    OffHeapMemory memory = memory(calls);
    MemoryAccount account = memory.openAccount();
    Thread closer = new Thread(memory::close);
    calls.setBeforeMap(
        () -> {
          closer.start();
          awaitReleased(memory);
        });
    assertThatThrownBy(() -> account.allocate(2 * CHUNK_BYTES))
        .isInstanceOf(IllegalStateException.class);
    closer.join();
    assertThat(calls.calls()).isGreaterThan(1);
    assertThat(calls.mappedBytes()).isZero();
  }

  @Test
  void reservedBytesCoverWhatIsMappedAndWhatIsUsed() {
    Seeds.forEach(
        10,
        random -> {
          FaultyCalls calls = new FaultyCalls(MACHINE, -1);
          OffHeapMemory memory = memory(calls);
          MemoryAccount account = memory.openAccount();
          ReleasableMemory table = account.allocateReleasable(123_456);
          while (memory.bytes() < 40L << 20) {
            account.allocate(random.between(1, random.chance(0.02) ? 9 << 20 : 1 << 19));
            assertThat(memory.reservedBytes())
                .isGreaterThanOrEqualTo(calls.mappedBytes() + 123_456)
                .isGreaterThanOrEqualTo(memory.bytes());
            assertThat(calls.mappedBytes() % HugePages.BYTES).isZero();
          }
          assertThat(calls.mappedBytes()).isGreaterThan(10L << 20);
          long reserved = memory.reservedBytes();
          account.release(table);
          assertThat(memory.reservedBytes()).isEqualTo(reserved - 123_456);
          memory.close();
          assertThat(memory.reservedBytes()).isZero();
          assertThat(calls.mappedBytes()).isZero();
        });
  }

  private static OffHeapMemory memory(MappingCalls calls) {
    return new OffHeapMemory(new HugePages(Optional.of(calls)));
  }

  /** Whether no call failed in a way that shows. */
  private static boolean fill(OffHeapMemory memory) {
    MemoryAccount account = memory.openAccount();
    try {
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        account.allocate(CHUNK_BYTES).fill((byte) 1);
      }
      return true;
    } catch (OutOfMemoryError | IllegalStateException injected) {
      assertThat(injected).hasMessage("injected");
      return false;
    }
  }

  private static void awaitReleased(OffHeapMemory memory) {
    while (true) {
      try {
        memory.checkOpen();
        Thread.onSpinWait();
      } catch (IllegalStateException released) {
        return;
      }
    }
  }
}
