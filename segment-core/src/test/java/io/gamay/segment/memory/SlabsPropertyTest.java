package io.gamay.segment.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SlabsPropertyTest {

  private static final long ROOM = 64L << 20;

  /** A chunk that another overlaps, or that is not fresh, shows a foreign byte. */
  @ParameterizedTest
  @MethodSource("memories")
  void chunksAreZeroedAlignedAndApart(HugePages hugePages) {
    Seeds.forEach(
        10,
        random -> {
          OffHeapMemory memory = new OffHeapMemory(hugePages);
          MemoryAccount account = memory.openAccount();
          List<MemorySegment> chunks = new ArrayList<>();
          while (memory.bytes() < ROOM) {
            chunks.add(checkedChunk(account, random, (byte) (chunks.size() | 1)));
          }
          for (int i = 0; i < chunks.size(); i++) {
            assertHolds(chunks.get(i), (byte) (i | 1));
          }
          memory.close();
          assertThat(memory.bytes()).isZero();
          assertThatThrownBy(() -> chunks.getFirst().get(JAVA_BYTE, 0))
              .isInstanceOf(IllegalStateException.class);
        });
  }

  /** Of this machine, and of one that has none. */
  static Stream<HugePages> memories() {
    return Stream.of(HugePages.OF_THIS_MACHINE, new HugePages(Optional.empty()));
  }

  private static MemorySegment checkedChunk(
      MemoryAccount account, SeededRandom random, byte content) {
    int byteSize =
        random.chance(0.02) ? random.between(1 << 20, 9 << 20) : random.between(1, 1 << 18);
    MemorySegment chunk = account.allocate(byteSize);
    assertThat(chunk.byteSize()).isEqualTo(byteSize);
    assertThat(chunk.address() & 63).isZero();
    assertHolds(chunk, (byte) 0);
    chunk.fill(content);
    return chunk;
  }

  private static void assertHolds(MemorySegment chunk, byte content) {
    byte[] bytes = chunk.toArray(JAVA_BYTE);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != content) {
        throw new AssertionError("byte %d is %d, not %d".formatted(i, bytes[i], content));
      }
    }
  }
}
