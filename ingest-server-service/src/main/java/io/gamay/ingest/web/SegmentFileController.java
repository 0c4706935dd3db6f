package io.gamay.ingest.web;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.ingest.hosting.SegmentHost;
import io.gamay.ingest.hosting.SegmentLease;
import io.gamay.ingest.hosting.ServedSegment;
import io.gamay.segment.immutable.ImmutableSegment;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;

/** Gives the files of sealed segments to other servers, so many at a time. */
@RestController
class SegmentFileController {

  private static final int MAX_AT_ONCE = 4;
  private static final int PIECE_BYTES = 1 << 16;

  private final SegmentHost host;
  private final Semaphore free = new Semaphore(MAX_AT_ONCE);

  SegmentFileController(SegmentHost host) {
    this.host = host;
  }

  @Operation(
      summary = "The file of a sealed segment that is served here",
      description = "For servers that cannot get it from the deep store now.")
  @ApiResponse(responseCode = "200", description = "The file, byte for byte")
  @ApiResponse(responseCode = "400", description = "Not the name of a segment, or not a CRC")
  @ApiResponse(responseCode = "404", description = "No copy with these data is served here")
  @ApiResponse(responseCode = "429", description = "Enough files are being sent already")
  @GetMapping("/internal/tables/{tableId}/segments/{segment}/file")
  Mono<Void> file(
      @PathVariable String tableId,
      @PathVariable String segment,
      @RequestParam String crc,
      ServerHttpResponse response) {
    Sealed sealed = find(tableId, name(segment), dataCrc(crc));
    if (!free.tryAcquire()) {
      sealed.lease().close();
      throw new ResponseStatusException(
          HttpStatus.TOO_MANY_REQUESTS, MAX_AT_ONCE + " files are being sent already");
    }
    response.getHeaders().setContentType(MediaType.APPLICATION_OCTET_STREAM);
    response.getHeaders().setContentLength(sealed.file().sizeBytes());
    return response
        .writeWith(
            DataBufferUtils.read(sealed.file().path(), response.bufferFactory(), PIECE_BYTES))
        .doFinally(
            _ -> {
              sealed.lease().close();
              free.release();
            });
  }

  /** A file that is not deleted before its lease is closed. */
  private record Sealed(ImmutableSegment file, SegmentLease lease) {}

  private Sealed find(String tableId, SegmentName name, int dataCrc) {
    Optional<ServedSegment> served =
        host.serving(tableId, name.partition()).flatMap(serving -> serving.view().segment(name));
    if (served.isPresent()
        && served.get().content() instanceof ServedSegment.Content.Sealed(ImmutableSegment file)
        && file.dataCrc() == dataCrc) {
      Optional<SegmentLease> lease = served.get().holding().lease();
      if (lease.isPresent()) {
        return new Sealed(file, lease.get());
      }
    }
    throw new ResponseStatusException(
        HttpStatus.NOT_FOUND,
        "segment %s with data CRC %s is not served here"
            .formatted(name, HexFormat.of().toHexDigits(dataCrc)));
  }

  private static SegmentName name(String text) {
    try {
      return SegmentName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "'" + text + "' is not the name of a segment", e);
    }
  }

  private static int dataCrc(String text) {
    try {
      return HexFormat.fromHexDigits(text);
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "crc: '" + text + "', expected up to 8 hexadecimal digits", e);
    }
  }
}
