package io.gamay.segment.immutable;

import io.gamay.segment.format.SegmentCorruptException;
import io.gamay.segment.format.SegmentFile;
import io.gamay.segment.format.SegmentFiles;
import io.gamay.segment.format.SegmentIdentity;
import io.gamay.segment.format.SidecarFile;
import io.gamay.segment.format.SidecarIdentity;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * The sidecar of a sealed file, if there is one that belongs to its data.
 *
 * @param problem why one that is there is not used
 */
record OpenSidecar(Optional<SidecarFile> file, Optional<String> problem) implements AutoCloseable {

  static final OpenSidecar NONE = new OpenSidecar(Optional.empty(), Optional.empty());

  static OpenSidecar unusable(String problem) {
    return new OpenSidecar(Optional.empty(), Optional.of(problem));
  }

  static OpenSidecar of(SegmentFiles files, SegmentFile segment) {
    SidecarFile sidecar;
    try {
      sidecar = SidecarFile.open(files, SidecarFile.beside(segment.path()));
    } catch (NoSuchFileException e) {
      return NONE;
    } catch (SegmentCorruptException e) {
      return unusable(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return unusable(e.toString()); // the message alone may be a path
    }
    SidecarIdentity identity = sidecar.identity();
    SegmentIdentity expected = segment.footer().identity();
    if (identity.dataCrc() == segment.footer().dataCrc()
        && identity.docCount() == expected.docCount()
        && identity.segmentName().equals(expected.segmentName())) {
      return new OpenSidecar(Optional.of(sidecar), Optional.empty());
    }
    sidecar.close();
    return unusable(
        "sidecar belongs to %s with data CRC %08x, not to %s with %08x"
            .formatted(
                identity.segmentName(),
                identity.dataCrc(),
                expected.segmentName(),
                segment.footer().dataCrc()));
  }

  @Override
  public void close() {
    file.ifPresent(SidecarFile::close);
  }
}
