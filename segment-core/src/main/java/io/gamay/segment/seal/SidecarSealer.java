package io.gamay.segment.seal;

import io.gamay.segment.dictionary.SortedDictionaryWriter.Remap;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.format.SidecarIdentity;
import io.gamay.segment.format.SidecarWriter;
import io.gamay.segment.immutable.ImmutableSegment;
import io.gamay.segment.read.ColumnReader;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.IndexDecisions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Builds indexes of a sealed segment into the file beside its own, whose bytes stay as they are.
 * Thread-safe as far as the random generator is.
 */
public final class SidecarSealer {

  private final SegmentFiles files;
  private final RandomGenerator random;

  /**
   * @param random for the names of temporary files only
   */
  public SidecarSealer(SegmentFiles files, RandomGenerator random) {
    this.files = files;
    this.random = random;
  }

  /**
   * Makes the sidecar hold the indexes that the segment's own file lacks: writes one and gives it
   * its name in one step, over the one that is there, or removes that if nothing is lacking. After
   * an exception there is no temporary file, and under the sidecar's name what was there before or
   * the whole new one.
   *
   * @param segment open, and read through while this runs
   * @param wanted all indexes that are wanted of the segment
   * @throws IOException if a call of the file system failed; it may be tried again
   */
  public void seal(ImmutableSegment segment, IndexDecisions wanted) throws IOException {
    Path target = SidecarFile.beside(segment.path().toAbsolutePath());
    IndexDecisions lacking = segment.lackingInFile(wanted);
    if (lacking.equals(IndexDecisions.NONE)) {
      files.deleteIfExists(target);
      return;
    }
    Path temporary =
        target.resolveSibling(
            target.getFileName() + ".tmp-" + HexFormat.of().toHexDigits(random.nextLong()));
    try {
      write(segment, lacking, temporary);
      files.moveAtomically(temporary, target);
    } catch (IOException | RuntimeException | Error e) {
      deleteAfter(e, temporary);
      throw e;
    }
    Path directory = target.getParent();
    if (directory != null) {
      files.forceDirectory(directory);
    }
  }

  private void write(ImmutableSegment segment, IndexDecisions lacking, Path file)
      throws IOException {
    try (SidecarWriter sidecar = SidecarWriter.create(files, file)) {
      List<ColumnSpec> columns = segment.schema().columns();
      for (int column = 0; column < columns.size(); column++) {
        write(segment, lacking, column, columns.get(column), sidecar);
      }
      sidecar.finish(
          new SidecarIdentity(
              segment.segmentName(), segment.dataCrc(), segment.docCount(), lacking));
    }
  }

  private static void write(
      ImmutableSegment segment,
      IndexDecisions lacking,
      int column,
      ColumnSpec spec,
      SidecarWriter sidecar)
      throws IOException {
    ColumnReader reader = segment.column(spec.name());
    ColumnIndexSealer indexes =
        new ColumnIndexSealer(column, spec, reader, segment.docCount(), sidecar);
    int cardinality = reader.statistics().cardinality();
    if (lacking.invertedColumns().contains(spec.name())) {
      indexes.writeInverted(asItIs(cardinality), true);
    }
    Double share = lacking.bloomColumns().get(spec.name());
    if (share != null && reader.dictionary().isPresent()) {
      BitSet all = new BitSet(cardinality);
      all.set(0, cardinality);
      indexes.writeBloom(all, share);
    } else if (share != null) {
      indexes.writeRawBloom(share);
    }
  }

  /** Sealed dictIds are sorted already. */
  private static Remap asItIs(int cardinality) {
    return new Remap(
        cardinality, IntStream.range(0, cardinality).toArray(), Optional.empty(), Optional.empty());
  }

  private void deleteAfter(Throwable failure, Path temporary) {
    try {
      files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }
}
