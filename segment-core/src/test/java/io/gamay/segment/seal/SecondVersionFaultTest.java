package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged files of the second format version, and damaged sidecars: they are refused when opened,
 * first read or verified, and never answer wrongly. A sidecar is damaged byte by byte; of segments
 * headers, footers and the edges of blocks are, and what lies between at places chosen by seed.
 */
class SecondVersionFaultTest {

  private static final int FRAME_HEADER_BYTES = 64;
  private static final int FRAME_TRAILER_BYTES = 32;

  /** Bytes at each end of a block that are all damaged. */
  private static final int EDGE_BYTES = 8;

  /** Of all other bytes of a small file, one in so many is damaged. */
  private static final int ONE_IN = 8;

  private static final IndexDecisions WANTED =
      new IndexDecisions(
          Set.of("city", "tags", "session"), Set.of(), Map.of("city", 0.02, "note", 0.05));

  @TempDir private Path directory;

  @Test
  void theFilesHaveEveryKindOfBlockAndEveryEncoding() throws IOException {
    Set<BlockKind> kinds = EnumSet.noneOf(BlockKind.class);
    Set<BlockEncoding> encodings = EnumSet.noneOf(BlockEncoding.class);
    for (RandomRows rows : List.of(CompactRows.ofEveryKind(), CompactRows.ofDependentColumns())) {
      for (BlockEntry block : blocksOf(seal(rows))) {
        kinds.add(block.kind());
        encodings.add(block.encoding());
      }
    }
    assertThat(kinds).containsExactlyInAnyOrder(BlockKind.values());
    assertThat(encodings).containsExactlyInAnyOrder(BlockEncoding.values());
  }

  @Test
  void flippedBytesOfASegmentAreRefusedAndNeverAnswerWrongly() throws IOException {
    byte[] sound = Files.readAllBytes(seal(CompactRows.ofEveryKind()));
    List<BlockEntry> blocks = blocksOf(directory.resolve("sound"));
    Seeds.forEach(1, random -> checkFlips(sound, atFrameAndEdges(sound, blocks, ONE_IN, random)));
  }

  @Test
  void flippedBytesOfDependentColumnsAreRefusedAndNeverAnswerWrongly() throws IOException {
    byte[] sound = Files.readAllBytes(seal(CompactRows.ofDependentColumns()));
    List<BlockEntry> blocks = blocksOf(directory.resolve("sound"));
    Seeds.forEach(1, random -> checkFlips(sound, atFrameAndEdges(sound, blocks, 1000, random)));
  }

  private void checkFlips(byte[] sound, BitSet positions) throws IOException {
    String soundDump = dump(sound);
    int opened = 0;
    int refusedOnRead = 0;
    for (int position : positions.stream().toArray()) {
      byte[] flipped = sound.clone();
      flipped[position] ^= (byte) (1 << (position * 5 % 8));
      try (ImmutableSegment segment = openInMemory(flipped)) {
        opened++;
        assertThatThrownBy(segment::verify)
            .as("byte %d of %d", position, sound.length)
            .isInstanceOf(SegmentCorruptException.class)
            .hasMessageContaining("damaged");
        try {
          assertThat(SegmentDump.of(segment)).as("byte %d", position).isEqualTo(soundDump);
        } catch (SegmentCorruptException refused) {
          assertThat(refused).hasMessageContaining("damaged").hasMessageContaining("byte");
          refusedOnRead++;
        }
      } catch (SegmentCorruptException refused) {
        assertThat(refused).hasMessageContaining("damaged");
      }
    }
    assertThat(opened).as("opened").isBetween(1, positions.cardinality() - FRAME_HEADER_BYTES);
    assertThat(refusedOnRead).as("refused on read").isBetween(opened / 2, opened);
  }

  @Test
  void everyTruncationOfASegmentIsRefusedOnOpen() throws IOException {
    byte[] sound = Files.readAllBytes(seal(CompactRows.ofEveryKind()));
    for (int length = 0; length < sound.length; length++) {
      byte[] truncated = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> openInMemory(truncated))
          .as("%d of %d bytes", length, sound.length)
          .isInstanceOf(SegmentCorruptException.class);
    }
  }

  @Test
  void damagedSidecarsAreNotUsedAndAnswersStayTheSame() throws IOException {
    Path file = seal(CompactRows.ofEveryKind());
    String withoutSidecar = dumpWithSidecar(file);
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      new SidecarSealer(SegmentFiles.local(), new Random(1)).seal(segment, WANTED);
    }
    Path sidecar = SidecarFile.beside(file);
    byte[] sound = Files.readAllBytes(sidecar);
    try (ImmutableSegment segment = open(file)) {
      assertThat(segment.sidecarProblem()).isEmpty();
      assertThat(segment.missingIndexes()).isEqualTo(IndexDecisions.NONE);
    }
    assertThat(dumpWithSidecar(file)).isNotEqualTo(withoutSidecar);
    for (int position = 0; position < sound.length; position++) {
      byte[] flipped = sound.clone();
      flipped[position] ^= (byte) (1 << (position * 5 % 8));
      assertSidecarRefused(flipped, "byte " + position);
      if (position % 500 == 0) {
        Files.write(sidecar, flipped);
        assertThat(dumpWithSidecar(file)).as("byte %d", position).isEqualTo(withoutSidecar);
      }
    }
    for (int length = 0; length < sound.length; length++) {
      assertSidecarRefused(Arrays.copyOf(sound, length), "length " + length);
    }
  }

  private void assertSidecarRefused(byte[] content, String what) {
    assertThatThrownBy(
            () -> SidecarFile.open(new InMemorySegmentFiles(content), directory.resolve("damaged")))
        .as(what)
        .isInstanceOf(SegmentCorruptException.class)
        .hasMessageContaining("damaged");
  }

  /** All bytes of header, footer, trailer and the edges of blocks, and some of the others. */
  private static BitSet atFrameAndEdges(
      byte[] file, List<BlockEntry> blocks, int oneIn, SeededRandom random) {
    int trailer = file.length - FRAME_TRAILER_BYTES;
    long footer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(trailer);
    BitSet positions = new BitSet(file.length);
    positions.set(0, FRAME_HEADER_BYTES);
    positions.set((int) footer, file.length);
    for (BlockEntry block : blocks) {
      int from = (int) block.byteOffset();
      int to = (int) (block.byteOffset() + block.lengthBytes());
      positions.set(from, Math.min(to, from + EDGE_BYTES));
      // The bytes behind it are padding.
      positions.set(Math.max(from, to - EDGE_BYTES), to + 1);
    }
    for (int position = FRAME_HEADER_BYTES; position < footer; position++) {
      if (random.nextInt(oneIn) == 0) {
        positions.set(position);
      }
    }
    return positions;
  }

  private Path seal(RandomRows rows) throws IOException {
    Path file = directory.resolve("sound");
    new SegmentSealer(SegmentFiles.local(), new Random(1)).seal(rows.view(), rows.inputs(), file);
    return file;
  }

  private static List<BlockEntry> blocksOf(Path file) throws IOException {
    try (SegmentFile opened = SegmentFile.open(SegmentFiles.local(), file)) {
      return opened.footer().blocks();
    }
  }

  private String dump(byte[] content) throws IOException {
    try (ImmutableSegment segment = openInMemory(content)) {
      segment.verify();
      return SegmentDump.of(segment);
    }
  }

  private static String dumpWithSidecar(Path file) throws IOException {
    try (ImmutableSegment segment = open(file)) {
      return SegmentDump.of(segment);
    }
  }

  private static ImmutableSegment open(Path file) throws IOException {
    return ImmutableSegment.open(SegmentFiles.local(), file, WANTED);
  }

  private ImmutableSegment openInMemory(byte[] content) throws IOException {
    return ImmutableSegment.open(new InMemorySegmentFiles(content), directory.resolve("damaged"));
  }
}
