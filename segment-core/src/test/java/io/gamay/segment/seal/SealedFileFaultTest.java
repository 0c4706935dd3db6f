package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.read.DocIdBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A damaged file is refused when opened, first read or verified; it never answers wrongly. */
class SealedFileFaultTest {

  private static final Set<BlockKind> BLOCKS_OF_VERSION_1 =
      EnumSet.complementOf(
          EnumSet.of(
              BlockKind.ROW_LENGTHS,
              BlockKind.RUN_ENDS,
              BlockKind.INVERTED_COUNTS,
              BlockKind.BLOOM));

  @TempDir private Path directory;

  private Path damaged = Path.of("");
  private byte[] sound = new byte[0];
  private String soundDump = "";
  private List<BlockEntry> blocks = List.of();

  @BeforeEach
  void sealSmallSegment() throws IOException {
    damaged = directory.resolve("damaged");
    Path file = directory.resolve("sound");
    new SegmentSealer(SegmentFiles.local(), new Random(1))
        .seal(SmallSegment.view(), SmallSegment.INPUTS, file);
    sound = Files.readAllBytes(file);
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      soundDump = SegmentDump.of(segment);
    }
    try (SegmentFile opened = SegmentFile.open(SegmentFiles.local(), file)) {
      blocks = opened.footer().blocks();
    }
  }

  @Test
  void theSmallSegmentHasEveryKindOfBlockOfVersionOne() {
    assertThat(blocks.stream().map(BlockEntry::kind)).containsAll(BLOCKS_OF_VERSION_1);
  }

  @Test
  void aFlippedBitInAnyByteIsRefusedByVerifyAndNeverAnswersWrongly() throws IOException {
    int refusedOnOpen = 0;
    int refusedOnRead = 0;
    for (int position = 0; position < sound.length; position++) {
      Optional<String> dump = Optional.empty();
      boolean isOpened = false;
      int mask = 1 << (position * 5 % 8);
      try (ImmutableSegment segment = openInMemory(flipped(position, mask))) {
        isOpened = true;
        assertThatThrownBy(segment::verify)
            .as("byte %d of %d", position, sound.length)
            .isInstanceOf(SegmentCorruptException.class)
            .hasMessageContaining(damaged.toString());
        dump = Optional.of(SegmentDump.of(segment));
      } catch (SegmentCorruptException refused) {
        assertThat(refused).hasMessageContaining(damaged.toString());
        if (isOpened) {
          refusedOnRead++;
        } else {
          refusedOnOpen++;
        }
      }
      if (dump.isPresent() && !dump.get().equals(soundDump)) {
        fail("byte %d flipped by %02x: wrong answers".formatted(position, mask));
      }
    }
    assertThat(refusedOnOpen).isPositive();
    assertThat(refusedOnRead).isPositive();
  }

  @Test
  void everyTruncationIsRefusedOnOpen() throws IOException {
    for (int length = 0; length < sound.length; length++) {
      byte[] truncated = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> openInMemory(truncated))
          .as("%d of %d bytes", length, sound.length)
          .isInstanceOf(SegmentCorruptException.class);
    }
  }

  @Test
  void bytesBehindTheEndAreRefusedOnOpen() throws IOException {
    Files.write(damaged, Arrays.copyOf(sound, sound.length + 1));
    assertThatThrownBy(() -> ImmutableSegment.open(damaged))
        .isInstanceOf(SegmentCorruptException.class);
  }

  @Test
  void zeroedTailOfAFileIsRefusedOnOpen() throws IOException {
    for (int from = 0; from < sound.length; from++) {
      byte[] zeroed = sound.clone();
      Arrays.fill(zeroed, from, zeroed.length, (byte) 0);
      assertThatThrownBy(() -> openInMemory(zeroed)).isInstanceOf(SegmentCorruptException.class);
    }
  }

  @Test
  void aDamagedIndexIsRefusedAtItsFirstUseAndItsColumnStillReads() throws IOException {
    BlockEntry inverted =
        blocks.stream().filter(block -> block.kind() == BlockKind.INVERTED).findFirst().get();
    byte[] flipped = flipped((int) (inverted.byteOffset() + inverted.lengthBytes() / 2), 0x10);
    try (ImmutableSegment segment = openInMemory(flipped)) {
      ColumnReader column =
          segment.column(SmallSegment.SCHEMA.columns().get(inverted.column()).name());
      DocIdBlock docs = new DocIdBlock();
      docs.setRange(0, 4);
      int[] dictIds = new int[4];
      column.readDictIds(docs, dictIds);
      assertThat(dictIds).containsExactly(0, 2, 0, 1);
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(column::inverted)
            .isInstanceOf(SegmentCorruptException.class)
            .hasMessageContaining("INVERTED of column 0")
            .hasMessageContaining("byte " + inverted.byteOffset())
            .hasMessageContaining("expected %08x".formatted(inverted.crc()));
      }
    }
  }

  @Test
  void damageAfterAFirstReadIsFoundByVerify() throws IOException {
    Path file = directory.resolve("sound");
    BlockEntry values =
        blocks.stream().filter(block -> block.kind() == BlockKind.VALUES).findFirst().get();
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      SegmentDump.of(segment);
      segment.verify();
      byte[] changed = sound.clone();
      changed[(int) values.byteOffset()] ^= 1;
      Files.write(file, changed);
      assertThatThrownBy(segment::verify).isInstanceOf(SegmentCorruptException.class);
    }
  }

  @Test
  void aFileThatIsNoSegmentIsRefused() throws IOException {
    Files.write(damaged, new byte[1000]);
    assertThatThrownBy(() -> ImmutableSegment.open(damaged))
        .isInstanceOf(SegmentCorruptException.class)
        .hasMessageContaining("magic");
    Files.write(damaged, new byte[0]);
    assertThatThrownBy(() -> ImmutableSegment.open(damaged))
        .isInstanceOf(SegmentCorruptException.class);
  }

  private ImmutableSegment openInMemory(byte[] content) throws IOException {
    return ImmutableSegment.open(new InMemorySegmentFiles(content), damaged);
  }

  private byte[] flipped(int position, int mask) {
    byte[] flipped = sound.clone();
    flipped[position] ^= (byte) mask;
    return flipped;
  }
}
