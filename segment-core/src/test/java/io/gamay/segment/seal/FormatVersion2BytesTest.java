package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.ledger.LedgerCounts;
import io.gamay.segment.ledger.OffsetRange;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import io.gamay.segment.schema.EncodingDecisions;
import io.gamay.segment.schema.TableSchema;
import io.gamay.segment.schema.Value;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Replicas of two builds must seal the same rows into the same bytes: what these rows became when
 * the second version was new, they become for good.
 */
class FormatVersion2BytesTest {

  @TempDir private Path directory;

  private final SegmentSealer sealer = new SegmentSealer(SegmentFiles.local(), new Random(1));

  @Test
  void rowsOfEveryEncodingKeepTheirBytes() throws IOException {
    RandomRows rows = ShapedRows.of(23);
    assertThat(bytesOf(sealer.seal(rows.view(), rows.inputs(), directory.resolve("s"))))
        .isEqualTo("ad34a08a 1796651");
  }

  @Test
  void dictionariesOfStringsKeepTheirBytes() throws IOException {
    Random random = new Random(7);
    List<Value> decimals = new ArrayList<>();
    List<Value> longTexts = new ArrayList<>();
    for (int row = 0; row < 3_000; row++) {
      decimals.add(new Value.BigDecimalValue(BigDecimal.valueOf(random.nextLong(), row % 9)));
    }
    String shared = "shared ".repeat(10_000);
    for (int row = 0; row < 40; row++) {
      longTexts.add(new Value.StringValue(shared + "x".repeat(row * 700) + row));
    }
    assertThat(
            List.of(
                seal(DataType.BIG_DECIMAL, decimals),
                seal(DataType.STRING, longTexts),
                seal(DataType.STRING, texts("", "")),
                seal(DataType.STRING, texts("one")),
                seal(DataType.STRING, texts("", "a", "b", "ab")),
                seal(DataType.STRING, List.of())))
        .containsExactly(
            "bf20f3dc 32736",
            "a336ce08 246991",
            "290fb2b8 516",
            "28737c88 758",
            "47ae99fc 1225",
            "2cdbec69 490");
  }

  private static List<Value> texts(String... texts) {
    List<Value> values = new ArrayList<>();
    for (String text : texts) {
      values.add(new Value.StringValue(text));
    }
    return values;
  }

  private String seal(DataType type, List<Value> values) throws IOException {
    TableSchema schema = new TableSchema("t", 1, List.of(ColumnSpec.dimension("a", type)));
    List<TestRow> rows = new ArrayList<>();
    for (Value value : values) {
      rows.add(new TestRow(rows.size(), List.of(new TestRow.Cell(List.of(value), false))));
    }
    SealInputs inputs =
        new SealInputs(
            "t",
            new EncodingDecisions(2, Set.of(), Set.of()),
            new LedgerCounts(rows.size(), 0, 0, 0, 0),
            List.of(),
            List.of(),
            Map.of());
    return bytesOf(
        sealer.seal(
            new RowsSegmentReader("s", schema, new OffsetRange(0, rows.size()), rows, Set.of()),
            inputs,
            directory.resolve("s")));
  }

  private static String bytesOf(SealedSegment sealed) {
    return sealed.dataCrcHex() + " " + sealed.sizeBytes();
  }
}
