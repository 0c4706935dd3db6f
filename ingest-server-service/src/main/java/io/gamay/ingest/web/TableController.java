package io.gamay.ingest.web;

import io.gamay.cluster.report.ConsumingReport;
import io.gamay.cluster.report.IndexReport;
import io.gamay.cluster.report.QuarantinedRecord;
import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.report.SegmentMemory;
import io.gamay.cluster.report.SegmentSize;
import io.gamay.cluster.segment.SegmentName;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What controllers ask of a table's segments here. */
@RestController
@RequestMapping("/internal/tables/{tableId}")
class TableController {

  private final TableReports reports;
  private final Scheduler blocking;

  /**
   * @param blocking where files may be read
   */
  TableController(TableReports reports, Scheduler blocking) {
    this.reports = reports;
    this.blocking = blocking;
  }

  @Operation(summary = "How consumption of a table stands on this server")
  @GetMapping("/consuming")
  Mono<List<ConsumingReport>> consuming(@PathVariable String tableId) {
    return Mono.fromSupplier(() -> reports.consuming(tableId));
  }

  @Operation(summary = "Sizes of a table's sealed segments on this server")
  @GetMapping("/sizes")
  Mono<List<SegmentSize>> sizes(@PathVariable String tableId) {
    return Mono.fromSupplier(() -> reports.sizes(tableId));
  }

  @Operation(summary = "Memory of a table's segments that are not sealed yet, by column")
  @GetMapping("/memory")
  Mono<List<SegmentMemory>> memory(@PathVariable String tableId) {
    return Mono.fromSupplier(() -> reports.memory(tableId));
  }

  @Operation(summary = "How the indexes of a table's sealed segments stand on this server")
  @GetMapping("/indexes")
  Mono<List<IndexReport>> indexes(@PathVariable String tableId) {
    return Mono.fromSupplier(() -> reports.indexes(tableId));
  }

  @Operation(
      summary = "Compare a table's segments with what metadata asks for, now",
      description = "Returns how their indexes stood before.")
  @PostMapping("/reload")
  Mono<List<IndexReport>> reload(@PathVariable String tableId) {
    return Mono.fromSupplier(() -> reports.reload(tableId));
  }

  @Operation(
      summary = "Try again, now, what of a table is in ERROR here",
      description = "Returns the segments that are tried again.")
  @PostMapping("/reset")
  Mono<List<String>> reset(@PathVariable String tableId, @RequestParam Optional<String> segment) {
    return Mono.fromSupplier(
        () -> reports.reset(tableId, segment.map(TableController::segmentName)));
  }

  @Operation(
      summary = "What this server holds of a table's sealed segments",
      description =
          "The config version that it goes by, whether indexes are as that asks for, and the newest"
              + " order to download a segment again that its copy satisfies.")
  @GetMapping("/reloaded")
  Mono<List<ReloadReport>> reloaded(
      @PathVariable String tableId, @RequestParam Optional<String> segment) {
    return Mono.fromSupplier(
            () -> reports.reloaded(tableId, segment.map(TableController::segmentName)))
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

  @Operation(
      summary = "Samples of a table's rejected records on this server",
      description = "Not of segments whose files were evicted from its disk.")
  @GetMapping("/quarantine")
  Mono<List<QuarantinedRecord>> quarantine(@PathVariable String tableId) {
    return Mono.fromSupplier(() -> reports.quarantine(tableId)).subscribeOn(blocking);
  }
}
