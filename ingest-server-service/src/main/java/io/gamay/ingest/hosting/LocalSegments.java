package io.gamay.ingest.hosting;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.format.SidecarFile;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where sealed files lie on this server's disk: {@code
 * <data-dir>/segments/<tableId>/<segment>/segment.gamay}, its sidecar, the download order that it
 * satisfies, and whatever is being written beside it. Thread-safe.
 */
public final class LocalSegments implements DiskBudget.Disk {

  private static final String FILE_NAME = "segment.gamay";
  private static final String DOWNLOAD_MARK = "download-order";

  private final Path root;

  /** A segment that there is a directory of, with its sealed file in it or without. */
  public record LocalSegment(String tableId, SegmentName segment) {}

  public LocalSegments(Path dataDirectory) {
    this.root = dataDirectory.resolve("segments");
  }

  /** The name of a segment's file, whose directory exists after this. */
  public Path prepare(String tableId, SegmentName segment) throws IOException {
    return Files.createDirectories(directory(tableId, segment)).resolve(FILE_NAME);
  }

  public boolean exists(String tableId, SegmentName segment) {
    return Files.isRegularFile(file(tableId, segment));
  }

  public Path file(String tableId, SegmentName segment) {
    return directory(tableId, segment).resolve(FILE_NAME);
  }

  /** Bytes of all that lies here of a segment; 0 if there is nothing. */
  long sizeBytes(String tableId, SegmentName segment) throws IOException {
    long bytes = 0;
    for (Path file : children(directory(tableId, segment))) {
      bytes += sizeOf(file);
    }
    return bytes;
  }

  /** Every segment that something lies here of, in no order. */
  public List<LocalSegment> list() throws IOException {
    List<LocalSegment> found = new ArrayList<>();
    for (Path table : children(root)) {
      for (Path segment : children(table)) {
        segmentName(segment).ifPresent(parsed -> found.add(new LocalSegment(name(table), parsed)));
      }
    }
    return found;
  }

  /** The download order noted beside a sealed file; 0 if there is none that can be read. */
  int readDownloadMark(String tableId, SegmentName segment) {
    try {
      return Integer.parseInt(Files.readString(downloadMark(tableId, segment)).strip());
    } catch (IOException | NumberFormatException e) {
      return 0;
    }
  }

  void writeDownloadMark(String tableId, SegmentName segment, int order) throws IOException {
    Files.writeString(downloadMark(tableId, segment), Integer.toString(order));
  }

  private Path downloadMark(String tableId, SegmentName segment) {
    return directory(tableId, segment).resolve(DOWNLOAD_MARK);
  }

  /** Files that vanish meanwhile are not counted. */
  @Override
  public DiskBudget.Usage read() throws IOException {
    long bytes = 0;
    for (Path table : children(root)) {
      for (Path segment : children(table)) {
        for (Path file : children(segment)) {
          bytes += sizeOf(file);
        }
      }
    }
    FileStore store = Files.getFileStore(existing(root));
    return new DiskBudget.Usage(bytes, store.getUsableSpace(), store.getTotalSpace());
  }

  /** Removes what a killed process left half written, and directories that nothing is in then. */
  public void sweepUnfinished() throws IOException {
    for (Path table : children(root)) {
      for (Path segment : children(table)) {
        for (Path file : children(segment)) {
          if (!name(file).equals(FILE_NAME) && !belongsToSealed(file)) {
            Files.deleteIfExists(file);
          }
        }
        deleteIfEmpty(segment);
      }
      deleteIfEmpty(table);
    }
  }

  /** Removes a segment's directory, and its table's when it was the last. */
  public void delete(String tableId, SegmentName segment) throws IOException {
    Path directory = directory(tableId, segment);
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
    deleteIfEmpty(root.resolve(tableId));
  }

  private Path directory(String tableId, SegmentName segment) {
    return root.resolve(tableId).resolve(segment.toString());
  }

  /** Empty for what is no segment's directory. */
  private static Optional<SegmentName> segmentName(Path directory) {
    try {
      return Optional.of(SegmentName.parse(name(directory)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static long sizeOf(Path file) throws IOException {
    try {
      return Files.size(file);
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /** The path, or the nearest directory above it that is there. */
  private static Path existing(Path path) {
    Path found = path.toAbsolutePath();
    while (!Files.exists(found) && found.getParent() != null) {
      found = found.getParent();
    }
    return found;
  }

  /** Indexes, whose fit shows when the file is opened, and a mark, beside a sealed file. */
  private static boolean belongsToSealed(Path file) {
    Path segment = file.resolveSibling(FILE_NAME);
    return Files.isRegularFile(segment)
        && (file.equals(SidecarFile.beside(segment)) || name(file).equals(DOWNLOAD_MARK));
  }

  private static void deleteIfEmpty(Path directory) throws IOException {
    if (children(directory).isEmpty()) {
      Files.deleteIfExists(directory);
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
