package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.seal.FaultySegmentFiles.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever call of the file system fails, a seal leaves the whole file or none. */
class SegmentSealerFaultTest {

  @TempDir private Path directory;

  private final RandomRows rows = RandomRows.of(new Random(42), 400);

  @ParameterizedTest
  @EnumSource(Fault.class)
  void anyFailingCallLeavesNothingOrTheWholeFile(Fault fault) throws IOException {
    FaultySegmentFiles sound = FaultySegmentFiles.withoutFaults();
    byte[] whole = sealed(sound, directory.resolve("whole"));
    List<String> calls = sound.calls();
    assertThat(calls).startsWith("create", "write").contains("force", "close");
    assertThat(calls).endsWith("move", "forceDirectory").hasSizeGreaterThan(8);

    for (int failing = 0; failing < calls.size(); failing++) {
      Path target = directory.resolve("target" + failing);
      FaultySegmentFiles files = new FaultySegmentFiles(fault, failing, 1);
      assertThatThrownBy(() -> seal(files, target))
          .as("call %d, %s", failing, calls.get(failing))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("injected fault");
      assertThat(temporaryFiles()).as("call %d, %s", failing, calls.get(failing)).isEmpty();
      if (Files.exists(target)) {
        assertThat(files.calls()).contains("move");
        assertThat(target).hasBinaryContent(whole);
      }
    }
  }

  @Test
  void aFailedSealLeavesTheFileOfAnEarlierOne() throws IOException {
    Path target = directory.resolve("target");
    Files.writeString(target, "earlier");
    int moveCall = callsOfASoundSeal().indexOf("move");

    assertThatThrownBy(() -> seal(new FaultySegmentFiles(Fault.BEFORE, moveCall, 1), target))
        .isInstanceOf(IOException.class);

    assertThat(target).hasContent("earlier");
    seal(SegmentFiles.local(), target);
    try (ImmutableSegment segment = ImmutableSegment.open(target)) {
      segment.verify();
    }
  }

  @Test
  void aFileSystemThatIsGoneStillFailsWithTheFirstCause() throws IOException {
    int calls = callsOfASoundSeal().size();
    for (int failing = 0; failing < calls; failing++) {
      Path target = directory.resolve("gone" + failing);
      int first = failing;
      assertThatThrownBy(() -> seal(new FaultySegmentFiles(Fault.BEFORE, first, 1000), target))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("call " + first);
      if (Files.exists(target)) {
        try (ImmutableSegment segment = ImmutableSegment.open(target)) {
          segment.verify();
        }
      }
    }
  }

  @Test
  void aViewThatBreaksItsContractLeavesNoFile() throws IOException {
    RandomRows shorter = RandomRows.of(new Random(1), 10);
    List<TestRow> descending = new ArrayList<>(shorter.rows().reversed());
    RowsSegmentReader view =
        new RowsSegmentReader(
            RandomRows.SEGMENT_NAME,
            shorter.schema(),
            shorter.offsets(),
            descending,
            shorter.encodings().rawColumns());
    Path target = directory.resolve("target");

    assertThatThrownBy(
            () ->
                new SegmentSealer(SegmentFiles.local(), new Random(1))
                    .seal(view, shorter.inputs(), target))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("offset");

    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aFileThatCannotBeMappedIsAnIoError() throws IOException {
    Path target = directory.resolve("target");
    seal(SegmentFiles.local(), target);

    assertThatThrownBy(
            () -> ImmutableSegment.open(new FaultySegmentFiles(Fault.MIDWAY, 0, 1), target))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> ImmutableSegment.open(directory.resolve("absent")))
        .isInstanceOf(IOException.class);
  }

  private List<String> callsOfASoundSeal() throws IOException {
    FaultySegmentFiles sound = FaultySegmentFiles.withoutFaults();
    seal(sound, directory.resolve("sound"));
    return sound.calls();
  }

  private byte[] sealed(SegmentFiles files, Path target) throws IOException {
    seal(files, target);
    return Files.readAllBytes(target);
  }

  private void seal(SegmentFiles files, Path target) throws IOException {
    new SegmentSealer(files, new Random(7)).seal(rows.view(), rows.inputs(), target);
  }

  private List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().contains(".tmp-")).toList();
    }
  }
}
