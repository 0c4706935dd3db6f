package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.segment.seal.FaultySegmentFiles.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A sidecar that is damaged, torn or another's is never used, and is built anew. */
class SidecarFaultTest {

  private static final IndexDecisions WANTED =
      new IndexDecisions(
          Set.of("city", "fare", "version"), Set.of("time"), Map.of("note", 0.01, "tags", 0.2));

  @TempDir private Path directory;

  private Path file = Path.of("");
  private Path sidecar = Path.of("");
  private byte[] sound = new byte[0];

  @BeforeEach
  void sealWithASidecar() throws IOException {
    file = directory.resolve("segment");
    sidecar = SidecarFile.beside(file);
    new SegmentSealer(SegmentFiles.local(), new Random(1))
        .seal(SmallSegment.view(), SmallSegment.INPUTS, file);
    build(SegmentFiles.local());
    sound = Files.readAllBytes(sidecar);
    assertUsed();
  }

  @Test
  void sameSegmentAndIndexesGiveTheSameSidecar() throws IOException {
    build(SegmentFiles.local());
    assertThat(sidecar).hasBinaryContent(sound);
  }

  @Test
  void aFlippedBitInAnyByteIsRefusedAndTheSidecarBuiltAnew() throws IOException {
    for (int position = 0; position < sound.length; position++) {
      byte[] flipped = sound.clone();
      flipped[position] ^= (byte) (1 << (position * 5 % 8));
      Files.write(sidecar, flipped);
      assertNotUsed("byte " + position);
    }
    build(SegmentFiles.local());
    assertThat(sidecar).hasBinaryContent(sound);
    assertUsed();
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    for (int length = 0; length < sound.length; length++) {
      Files.write(sidecar, Arrays.copyOf(sound, length));
      assertNotUsed("length " + length);
    }
  }

  @Test
  void theSidecarOfOtherDataIsRefused() throws IOException {
    RandomRows others = RandomRows.of(new Random(3), 4, SmallSegment.SCHEMA, false);
    Path other = directory.resolve("other");
    new SegmentSealer(SegmentFiles.local(), new Random(1))
        .seal(others.view(), others.inputs(), other);
    try (ImmutableSegment segment = ImmutableSegment.open(other)) {
      new SidecarSealer(SegmentFiles.local(), new Random(1)).seal(segment, WANTED);
    }
    Files.copy(SidecarFile.beside(other), sidecar, StandardCopyOption.REPLACE_EXISTING);
    assertNotUsed("belongs to");
  }

  @Test
  void aSegmentFileIsNoSidecar() throws IOException {
    Files.copy(file, sidecar, StandardCopyOption.REPLACE_EXISTING);
    assertNotUsed("magic");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void anyFailingCallLeavesTheSidecarBeforeOrTheWholeNewOne(Fault fault) throws IOException {
    byte[] before = "not a sidecar".getBytes(StandardCharsets.UTF_8);
    FaultySegmentFiles whole = FaultySegmentFiles.withoutFaults();
    build(whole);
    List<String> calls = whole.calls();
    assertThat(calls).startsWith("create", "write").contains("force", "close");
    assertThat(calls).endsWith("move", "forceDirectory");
    for (int failing = 0; failing < calls.size(); failing++) {
      Files.write(sidecar, before);
      FaultySegmentFiles files = new FaultySegmentFiles(fault, failing, 1);
      assertThatThrownBy(() -> build(files))
          .as("call %d, %s", failing, calls.get(failing))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("injected fault");
      try (Stream<Path> left = Files.list(directory)) {
        assertThat(left).as("call %d", failing).containsExactlyInAnyOrder(file, sidecar);
      }
      if (!Arrays.equals(Files.readAllBytes(sidecar), before)) {
        assertThat(files.calls()).contains("move");
        assertThat(sidecar).hasBinaryContent(sound);
      }
    }
    build(SegmentFiles.local());
    assertUsed();
  }

  @Test
  void aSidecarThatCannotBeMappedNowIsNotUsed() throws IOException {
    try (ImmutableSegment segment =
        ImmutableSegment.open(new FaultySegmentFiles(Fault.BEFORE, 1, 1), file, WANTED)) {
      assertThat(segment.sidecarProblem().orElseThrow()).contains("injected fault");
      assertThat(segment.column("fare").inverted()).isEmpty();
    }
  }

  @Test
  void aSidecarThatIsNeededNoMoreIsRemoved() throws IOException {
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      new SidecarSealer(SegmentFiles.local(), new Random(1))
          .seal(segment, new IndexDecisions(Set.of("city"), Set.of(), Map.of()));
    }
    assertThat(sidecar).doesNotExist();
  }

  private void build(SegmentFiles files) throws IOException {
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      new SidecarSealer(files, new Random(1)).seal(segment, WANTED);
    }
  }

  private void assertUsed() throws IOException {
    try (ImmutableSegment segment = open()) {
      assertThat(segment.sidecarProblem()).isEmpty();
      assertThat(segment.missingIndexes()).isEqualTo(IndexDecisions.NONE);
      assertThat(segment.column("fare").inverted()).isPresent();
      assertThat(segment.column("version").inverted().orElseThrow().docCount(0)).isEqualTo(4);
      assertThat(segment.column("note").bloom()).isPresent();
    }
  }

  private void assertNotUsed(String what) throws IOException {
    try (ImmutableSegment segment = open()) {
      assertThat(segment.sidecarProblem()).as(what).isPresent();
      assertThat(segment.missingIndexes().bloomColumns()).as(what).containsKeys("note", "tags");
      assertThat(segment.column("fare").inverted()).as(what).isEmpty();
      assertThat(segment.column("city").inverted()).as(what).isPresent();
    }
  }

  private ImmutableSegment open() throws IOException {
    return ImmutableSegment.open(SegmentFiles.local(), file, WANTED);
  }
}
