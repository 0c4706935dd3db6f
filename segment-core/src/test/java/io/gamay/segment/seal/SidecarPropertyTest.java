package io.gamay.segment.seal;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.immutable.IndexDescription;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.IndexDecisions;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever indexes a sealed segment was given, it can be shown with any others. */
class SidecarPropertyTest {

  @TempDir private Path directory;

  private int sidecars;
  private int hidden;

  @Test
  void aSidecarGivesTheIndexesThatAreWantedAndLeavesTheDataAlone() {
    int cases = Seeds.forEach(30, this::checkReload);
    assertThat(cases == 1 || (sidecars > 5 && hidden > 5))
        .as("%d sidecars, %d hidden indexes", sidecars, hidden)
        .isTrue();
  }

  private void checkReload(SeededRandom random) throws IOException {
    RandomRows expected = RandomRows.of(random, random.oneOf(List.of(0, 1, 300, 1025, 4097)));
    Path file = directory.resolve("segment");
    new SegmentSealer(SegmentFiles.local(), random).seal(expected.view(), expected.inputs(), file);
    byte[] sealed = Files.readAllBytes(file);
    for (int change = 0; change < 3; change++) {
      IndexDecisions wanted = wanted(random, expected);
      try (ImmutableSegment segment = open(file, wanted)) {
        assertThat(segment.wantedIndexes()).isEqualTo(fitting(wanted, segment));
        assertNothingUnwanted(segment, wanted);
        new SidecarSealer(SegmentFiles.local(), random).seal(segment, wanted);
      }
      sidecars += Files.exists(SidecarFile.beside(file)) ? 1 : 0;
      try (ImmutableSegment segment = open(file, wanted)) {
        assertThat(segment.sidecarProblem()).isEmpty();
        assertThat(segment.missingIndexes()).isEqualTo(IndexDecisions.NONE);
        segment.verify();
        assertThat(describedColumns(segment, "bloom"))
            .isEqualTo(expected.rows().isEmpty() ? Set.of() : wanted.bloomColumns().keySet());
        new SegmentExpectation(expected, fitting(wanted, segment)).assertEqualTo(segment, random);
      }
      assertThat(file).hasBinaryContent(sealed);
      try (ImmutableSegment segment = ImmutableSegment.open(file)) {
        assertThat(segment.missingIndexes()).isEqualTo(IndexDecisions.NONE);
        new SegmentExpectation(expected).assertEqualTo(segment, random);
      }
    }
    Files.deleteIfExists(SidecarFile.beside(file));
  }

  private void assertNothingUnwanted(ImmutableSegment segment, IndexDecisions wanted) {
    for (ColumnSpec spec : segment.schema().columns()) {
      ColumnReader column = segment.column(spec.name());
      if (!wanted.invertedColumns().contains(spec.name())) {
        assertThat(column.inverted()).isEmpty();
        hidden += segment.encodings().invertedColumns().contains(spec.name()) ? 1 : 0;
      }
      if (!wanted.bloomColumns().containsKey(spec.name())) {
        assertThat(column.bloom()).isEmpty();
      }
    }
  }

  private static Set<String> describedColumns(ImmutableSegment segment, String index) {
    Set<String> columns = new HashSet<>();
    for (IndexDescription description : segment.describeIndexes()) {
      if (description.index().equals(index)) {
        columns.add(description.column());
      }
    }
    return columns;
  }

  private static ImmutableSegment open(Path file, IndexDecisions wanted) throws IOException {
    return ImmutableSegment.open(SegmentFiles.local(), file, wanted);
  }

  /** What is wanted, without inverted indexes on columns that have no dictionary. */
  private static IndexDecisions fitting(IndexDecisions wanted, ImmutableSegment segment) {
    Set<String> raw = new HashSet<>();
    for (ColumnSpec spec : segment.schema().columns()) {
      if (segment.column(spec.name()).dictionary().isEmpty()) {
        raw.add(spec.name());
      }
    }
    return wanted.fitting(segment.schema().columns(), raw);
  }

  /** Any columns, also ones that the segment lacks or holds raw; some filters as they were. */
  private static IndexDecisions wanted(SeededRandom random, RandomRows rows) {
    Set<String> inverted = new HashSet<>();
    Set<String> range = new HashSet<>();
    Map<String, Double> bloom = new HashMap<>();
    for (ColumnSpec column : rows.schema().columns()) {
      if (random.chance(0.4)) {
        inverted.add(column.name());
      }
      if (random.chance(0.4)) {
        range.add(column.name());
      }
      Double before = rows.encodings().bloomColumns().get(column.name());
      if (random.chance(0.4)) {
        bloom.put(column.name(), before != null && random.chance(0.5) ? before : 0.03);
      }
    }
    if (random.chance(0.3)) {
      inverted.add("nobody");
    }
    return new IndexDecisions(inverted, range, bloom);
  }
}
