package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes back from a sealed file is what a naive model of the rows says. */
class SealRoundTripPropertyTest {

  @TempDir private Path directory;

  @ParameterizedTest(name = "seed {0}, {1} rows")
  @CsvSource({
    "1, 0",
    "2, 1",
    "3, 2",
    "4, 63",
    "5, 1023",
    "6, 1024",
    "7, 1025",
    "8, 4096",
    "9, 4097",
    "10, 9000",
    "11, 300",
    "12, 301",
    "13, 302",
    "14, 5000",
    "15, 17",
    "16, 0",
    "17, 1"
  })
  void everyReadOfASealedSegmentEqualsTheRows(long seed, int rowCount) throws IOException {
    Random random = new Random(seed);
    RandomRows expected = RandomRows.of(random, rowCount);
    Path file = directory.resolve("segment");

    SealedSegment sealed =
        new SegmentSealer(SegmentFiles.local(), random)
            .seal(expected.view(), expected.inputs(), file);

    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      segment.verify();
      new SegmentExpectation(expected).assertEqualTo(segment, random);
      assertThat(sealed.sizeBytes()).isEqualTo(Files.size(file)).isEqualTo(segment.sizeBytes());
      assertThat(sealed.dataCrc()).isEqualTo(segment.dataCrc());
      assertThat(sealed.docCount()).isEqualTo(segment.docCount());
      assertThat(sealed.offsets()).isEqualTo(segment.offsets());
      assertThat(sealed.ledger()).isEqualTo(segment.ledger());
      expected
          .schema()
          .columns()
          .forEach(
              column ->
                  assertThat(sealed.statistics().get(column.name()))
                      .isEqualTo(segment.columnStatistics(column.name())));
    }
  }

  @ParameterizedTest(name = "seed {0}, {1} rows")
  @CsvSource({"21, 0", "22, 1", "23, 900", "24, 5000", "25, 1024"})
  void sameRowsGiveTheSameFileWhateverTheView(long seed, int rowCount) throws IOException {
    Random random = new Random(seed);
    RandomRows expected = RandomRows.of(random, rowCount);
    SegmentSealer sealer = new SegmentSealer(SegmentFiles.local(), random);
    Path inOrder = directory.resolve("in-order");
    Path shuffled = directory.resolve("shuffled");
    Path again = directory.resolve("again");

    SealedSegment first = sealer.seal(expected.view(), expected.inputs(), inOrder);
    SealedSegment second = sealer.seal(expected.shuffledView(random), expected.inputs(), shuffled);
    SealedSegment third;
    try (ImmutableSegment segment = ImmutableSegment.open(inOrder)) {
      third = sealer.seal(segment, expected.inputs(), again);
    }

    assertThat(second.dataCrc()).isEqualTo(first.dataCrc());
    assertThat(third.dataCrc()).isEqualTo(first.dataCrc());
    assertThat(shuffled).hasSameBinaryContentAs(inOrder);
    assertThat(again).hasSameBinaryContentAs(inOrder);
  }
}
