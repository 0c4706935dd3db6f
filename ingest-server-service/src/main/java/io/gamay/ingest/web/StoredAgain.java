package io.gamay.ingest.web;

import io.gamay.cluster.report.UploadReport;
import io.gamay.cluster.report.UploadReport.Outcome;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.LocalSegments;
import io.gamay.ingest.upload.SegmentUploader;
import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.immutable.ImmutableSegment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads sealed segments of this server's disk once more, for a deep store that has lost them.
 * Checks every byte of the file before. Thread-safe; blocks on disk and network.
 */
public final class StoredAgain {

  private static final Logger LOG = LoggerFactory.getLogger(StoredAgain.class);

  private final LocalSegments local;
  private final SegmentUploader uploader;

  public StoredAgain(LocalSegments local, SegmentUploader uploader) {
    this.local = local;
    this.uploader = uploader;
  }

  /**
   * @param attempt whose name the object gets
   * @param dataCrc that the segment's data must have
   */
  UploadReport upload(String tableId, SegmentName segment, int attempt, int dataCrc) {
    String key = SegmentUploader.objectKey(tableId, segment, attempt);
    Path file = local.file(tableId, segment);
    try {
      if (!Files.isRegularFile(file)) {
        return failed(key, "this server has no file of it");
      }
      int found = verifiedCrc(file);
      if (found != dataCrc) {
        return failed(
            key, "the file here has data CRC %s, expected %s".formatted(hex(found), hex(dataCrc)));
      }
      return switch (uploader.upload(tableId, segment, attempt, file)) {
        case SegmentUploader.Outcome.Stored stored -> {
          LOG.info("segment {} is uploaded again as {}", segment, stored.objectKey());
          yield new UploadReport(Outcome.STORED, stored.objectKey(), stored.sizeBytes(), "");
        }
        case SegmentUploader.Outcome.Refused refused ->
            new UploadReport(Outcome.REFUSED, key, 0, refused.reason());
      };
    } catch (IOException | SegmentCorruptException e) {
      LOG.warn("segment {} cannot be uploaded again now", segment, e);
      return failed(key, e.toString());
    }
  }

  private static int verifiedCrc(Path file) throws IOException {
    try (ImmutableSegment opened = ImmutableSegment.open(file)) {
      opened.verify();
      return opened.dataCrc();
    }
  }

  private static UploadReport failed(String key, String reason) {
    return new UploadReport(Outcome.FAILED, key, 0, reason);
  }

  private static String hex(int crc) {
    return HexFormat.of().toHexDigits(crc);
  }
}
