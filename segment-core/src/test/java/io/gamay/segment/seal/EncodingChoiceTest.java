package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.BlockEncoding;
import io.gamay.segment.format.BlockEntry;
import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.immutable.ColumnDescription;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each column takes the encoding that its shape calls for, and every value comes back. */
class EncodingChoiceTest {

  @TempDir private Path directory;

  private final RandomRows rows = ShapedRows.of(11);
  private final SegmentSealer sealer = new SegmentSealer(SegmentFiles.local(), new Random(1));
  private Path file = Path.of("");
  private List<BlockEntry> blocks = List.of();

  @BeforeEach
  void seal() throws IOException {
    file = directory.resolve("shaped");
    sealer.seal(rows.view(), rows.inputs(), file);
    try (SegmentFile opened = SegmentFile.open(SegmentFiles.local(), file)) {
      blocks = opened.footer().blocks();
    }
  }

  @Test
  void everyShapeFindsItsEncoding() {
    assertThat(encoding("time", BlockKind.VALUES)).contains(BlockEncoding.INTEGERS);
    assertThat(encoding("time", BlockKind.DICT_IDS)).isEmpty();
    assertThat(encoding("user", BlockKind.DICT_IDS)).contains(BlockEncoding.MAPPED);
    assertThat(encoding("user", BlockKind.DICTIONARY_VALUES)).contains(BlockEncoding.INTEGERS);
    assertThat(encoding("session", BlockKind.DICT_IDS)).contains(BlockEncoding.PACKED);
    assertThat(encoding("session", BlockKind.DICTIONARY_VALUES))
        .contains(BlockEncoding.FRONT_CODED);
    assertThat(encoding("day", BlockKind.DICT_IDS)).isEmpty();
    assertThat(encoding("day", BlockKind.RUN_ENDS)).contains(BlockEncoding.INTEGERS);
    assertThat(encoding("state", BlockKind.DICT_IDS)).contains(BlockEncoding.PACKED);
    assertThat(encoding("state", BlockKind.RUN_ENDS)).contains(BlockEncoding.INTEGERS);
    assertThat(encoding("note", BlockKind.VALUES)).contains(BlockEncoding.SYMBOLS);
    assertThat(encoding("blob", BlockKind.VALUES)).contains(BlockEncoding.BYTES);
    assertThat(encoding("blob", BlockKind.VALUE_ENDS)).contains(BlockEncoding.INTEGERS);
    assertThat(encoding("tags", BlockKind.ROW_LENGTHS)).contains(BlockEncoding.PACKED);
    assertThat(encoding("price", BlockKind.DICTIONARY_VALUES)).contains(BlockEncoding.DECIMALS);
    assertThat(encoding("fare", BlockKind.VALUES)).contains(BlockEncoding.DECIMALS);
    assertThat(encoding("ratio", BlockKind.VALUES)).contains(BlockEncoding.FIXED);
    assertThat(blocks.stream().filter(block -> block.column() == ShapedRows.SCHEMA.indexOf("same")))
        .hasSize(1);
  }

  @Test
  void encodingsSaveWhatTheyPromise() {
    assertThat(bytes("time")).as("13 bits a row").isLessThan(ShapedRows.ROWS * 13 / 8);
    assertThat(bytes("user")).as("less than its ids alone").isLessThan(ShapedRows.ROWS * 13 / 8);
    long noteBytes =
        rows.rows().stream()
            .mapToLong(
                row ->
                    row.cells()
                        .get(ShapedRows.SCHEMA.indexOf("note"))
                        .values()
                        .getFirst()
                        .toString()
                        .length())
            .sum();
    assertThat(bytes("note")).as("half of the text").isLessThan(noteBytes / 2);
    assertThat(bytes("day")).isLessThan(1200);
  }

  @Test
  void everyValueComesBackAndASecondSealGivesTheSameFile() throws IOException {
    Random random = new Random(5);
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      segment.verify();
      new SegmentExpectation(rows).assertEqualTo(segment, random);
      Path again = directory.resolve("again");
      sealer.seal(segment, rows.inputs(), again);
      assertThat(again).hasSameBinaryContentAs(file);
    }
    Path shuffled = directory.resolve("shuffled");
    sealer.seal(rows.shuffledView(random), rows.inputs(), shuffled);
    assertThat(shuffled).hasSameBinaryContentAs(file);
  }

  @Test
  void everyChoiceIsExplained() throws IOException {
    try (ImmutableSegment segment = ImmutableSegment.open(file)) {
      List<ColumnDescription> columns = segment.describeColumns();
      assertThat(columns.stream().map(ColumnDescription::form))
          .containsExactly(
              "raw, packed integers",
              "dictIds follow from session",
              "dictIds of 13 bits",
              "sorted, 25 runs of dictIds",
              "89 runs of dictIds",
              "raw, symbols",
              "raw, plain bytes",
              "dictIds of 5 bits, in lists",
              "dictIds of 11 bits",
              "raw, decimals of scale 2",
              "raw, plain 64 bits",
              "constant");
      assertThat(columns.get(1).reason()).isEqualTo("each session has one value");
      assertThat(columns.get(2).values()).isEqualTo("shared prefixes and symbols");
      assertThat(columns.get(8).values()).isEqualTo("decimals of scale 1");
      assertThat(columns.get(7).indexes()).hasSize(1);
      assertThat(columns.stream().mapToLong(ColumnDescription::sizeBytes).sum())
          .isEqualTo(
              blocks.stream()
                  .filter(block -> block.column() >= 0)
                  .mapToLong(BlockEntry::lengthBytes)
                  .sum());
      assertThat(columns.get(2).bitsPerValue()).isBetween(13.0, 18.0);
    }
  }

  private Optional<BlockEncoding> encoding(String column, BlockKind kind) {
    int index = ShapedRows.SCHEMA.indexOf(column);
    return blocks.stream()
        .filter(block -> block.column() == index && block.kind() == kind)
        .map(BlockEntry::encoding)
        .findFirst();
  }

  private long bytes(String column) {
    int index = ShapedRows.SCHEMA.indexOf(column);
    return blocks.stream()
        .filter(block -> block.column() == index && block.kind() != BlockKind.ZONE_MAP)
        .mapToLong(BlockEntry::lengthBytes)
        .sum();
  }
}
