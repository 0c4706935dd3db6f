package io.gamay.segment.immutable;

import io.gamay.segment.format.BlockKind;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.format.SidecarIdentity;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.IndexDecisions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which indexes of a sealed segment are shown, and where each lies: in the segment's own file, else
 * in its sidecar. What is there and not wanted is not shown.
 */
final class SegmentIndexes {

  private final SegmentFile file;
  private final Optional<SidecarFile> sidecar;
  private final IndexDecisions inFile;
  private final IndexDecisions inSidecar;
  private final IndexDecisions wanted;

  /**
   * @param wanted as far as the segment can have them
   */
  private SegmentIndexes(
      SegmentFile file,
      Optional<SidecarFile> sidecar,
      IndexDecisions inFile,
      IndexDecisions wanted) {
    this.file = file;
    this.sidecar = sidecar;
    this.inFile = inFile;
    this.inSidecar =
        sidecar
            .map(SidecarFile::identity)
            .map(SidecarIdentity::indexes)
            .orElse(IndexDecisions.NONE);
    this.wanted = wanted;
  }

  /** Shows what the segment's own file has. */
  static SegmentIndexes own(SegmentFile file, List<ColumnSpec> columns) {
    IndexDecisions inFile = inFile(file, columns);
    return new SegmentIndexes(file, Optional.empty(), inFile, inFile);
  }

  /** Shows what the segment's own file and its sidecar have; of two bloom filters the latter's. */
  static SegmentIndexes all(
      SegmentFile file, Optional<SidecarFile> sidecar, List<ColumnSpec> columns) {
    IndexDecisions inFile = inFile(file, columns);
    IndexDecisions all =
        sidecar.map(beside -> inFile.and(beside.identity().indexes())).orElse(inFile);
    return new SegmentIndexes(
        file, sidecar, inFile, all.fitting(columns, rawColumns(file, columns)));
  }

  static SegmentIndexes wanted(
      SegmentFile file,
      Optional<SidecarFile> sidecar,
      List<ColumnSpec> columns,
      IndexDecisions wanted) {
    return new SegmentIndexes(
        file, sidecar, inFile(file, columns), wanted.fitting(columns, rawColumns(file, columns)));
  }

  /**
   * What was decided at the seal and is there; in a segment without rows there is nothing to be.
   */
  private static IndexDecisions inFile(SegmentFile file, List<ColumnSpec> columns) {
    SegmentIdentity identity = file.footer().identity();
    IndexDecisions decided =
        IndexDecisions.of(identity.encodings()).fitting(columns, rawColumns(file, columns));
    if (identity.docCount() == 0) {
      return decided;
    }
    Set<String> inverted = new HashSet<>();
    Map<String, Double> bloom = new HashMap<>();
    for (int column = 0; column < columns.size(); column++) {
      String name = columns.get(column).name();
      if (decided.invertedColumns().contains(name)
          && (file.block(column, BlockKind.INVERTED).isPresent()
              || file.block(column, BlockKind.INVERTED_COUNTS).isPresent())) {
        inverted.add(name);
      }
      Double share = decided.bloomColumns().get(name);
      if (share != null && file.block(column, BlockKind.BLOOM).isPresent()) {
        bloom.put(name, share);
      }
    }
    return new IndexDecisions(inverted, decided.rangeColumns(), bloom);
  }

  /** Columns without a dictionary, by decision or because the seal found that smaller. */
  private static Set<String> rawColumns(SegmentFile file, List<ColumnSpec> columns) {
    Set<String> raw = new HashSet<>(file.footer().identity().encodings().rawColumns());
    for (int column = 0; column < columns.size(); column++) {
      if (file.block(column, BlockKind.VALUES).isPresent()) {
        raw.add(columns.get(column).name());
      }
    }
    return raw;
  }

  IndexDecisions wanted() {
    return wanted;
  }

  /** What is wanted and not there. */
  IndexDecisions missing() {
    return toBuild(wanted).without(inSidecar);
  }

  /** What a sidecar must hold for these indexes to be there. */
  IndexDecisions lackingInFile(IndexDecisions others, List<ColumnSpec> columns) {
    return toBuild(fitting(others, columns));
  }

  /** What the segment can have of these indexes. */
  IndexDecisions fitting(IndexDecisions others, List<ColumnSpec> columns) {
    return others.fitting(columns, rawColumns(file, columns));
  }

  /** Ranges need nothing built: zones are in every file. */
  private IndexDecisions toBuild(IndexDecisions decisions) {
    if (isEmpty()) {
      return IndexDecisions.NONE;
    }
    return new IndexDecisions(decisions.invertedColumns(), Set.of(), decisions.bloomColumns())
        .without(inFile);
  }

  Optional<IndexBlocks> inverted(int column, String name) {
    if (isEmpty() || !wanted.invertedColumns().contains(name)) {
      return Optional.empty();
    }
    return inFile.invertedColumns().contains(name)
        ? Optional.of(ofFile(column, name))
        : ofSidecar(column, name).filter(_ -> inSidecar.invertedColumns().contains(name));
  }

  Optional<IndexBlocks> bloom(int column, String name) {
    Double share = wanted.bloomColumns().get(name);
    if (isEmpty() || share == null) {
      return Optional.empty();
    }
    return share.equals(inFile.bloomColumns().get(name))
        ? Optional.of(ofFile(column, name))
        : ofSidecar(column, name).filter(_ -> share.equals(inSidecar.bloomColumns().get(name)));
  }

  boolean isRangeWanted(String name) {
    return wanted.rangeColumns().contains(name);
  }

  private boolean isEmpty() {
    return file.footer().identity().docCount() == 0;
  }

  private IndexBlocks ofFile(int column, String name) {
    return new IndexBlocks(file.path(), name, kind -> file.block(column, kind));
  }

  private Optional<IndexBlocks> ofSidecar(int column, String name) {
    return sidecar.map(
        beside ->
            new IndexBlocks(
                SidecarFile.beside(file.path()), name, kind -> beside.block(column, kind)));
  }
}
