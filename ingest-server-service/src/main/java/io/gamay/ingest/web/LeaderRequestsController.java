package io.gamay.ingest.web;

import io.gamay.cluster.report.ConsumingByTable;
import io.gamay.cluster.report.UploadReport;
import io.gamay.cluster.segment.SegmentName;
import io.swagger.v3.oas.annotations.Operation;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What the leading controller asks of a server by itself, to see and mend what is not in order. */
@RestController
class LeaderRequestsController {

  private final TableReports reports;
  private final StoredAgain storedAgain;
  private final Scheduler blocking;

  /**
   * @param blocking where files may be read
   */
  LeaderRequestsController(TableReports reports, StoredAgain storedAgain, Scheduler blocking) {
    this.reports = reports;
    this.storedAgain = storedAgain;
    this.blocking = blocking;
  }

  @Operation(summary = "How consumption of all tables stands on this server")
  @GetMapping("/internal/consuming")
  Mono<ConsumingByTable> consuming() {
    return Mono.fromSupplier(reports::consuming);
  }

  @Operation(
      summary = "Upload a sealed segment of this server's disk to the deep store once more",
      description = "Under the name of the attempt; answers when it was read back, or why not.")
  @PostMapping("/internal/tables/{tableId}/segments/{segment}/upload")
  Mono<UploadReport> upload(
      @PathVariable String tableId,
      @PathVariable String segment,
      @RequestParam int attempt,
      @RequestParam int dataCrc) {
    SegmentName name = segmentName(segment);
    return Mono.fromCallable(() -> storedAgain.upload(tableId, name, attempt, dataCrc))
        .subscribeOn(blocking);
  }

  private static SegmentName segmentName(String text) {
    try {
      return SegmentName.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ResponseStatusException(
          HttpStatus.BAD_REQUEST, "'" + text + "' is not the name of a segment", e);
    }
  }
}
