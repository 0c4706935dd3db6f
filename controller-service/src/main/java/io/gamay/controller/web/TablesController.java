package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.table.PeriodText;
import io.gamay.cluster.table.SchemaJson;
import io.gamay.cluster.table.TableConfigJson;
import io.gamay.controller.assignment.PartitionStarter;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableRegistry;
import io.gamay.controller.table.TableState;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** Tables, as Pinot's controller serves them. Every table is REALTIME. */
@RestController
final class TablesController {

  private final TableRegistry tables;
  private final TableCatalog catalog;
  private final PartitionStarter partitions;
  private final BlockingCalls blocking;

  TablesController(
      TableRegistry tables,
      TableCatalog catalog,
      PartitionStarter partitions,
      BlockingCalls blocking) {
    this.tables = tables;
    this.catalog = catalog;
    this.partitions = partitions;
    this.blocking = blocking;
  }

  record TableNames(List<String> tables) {}

  @GetMapping("/tables")
  Mono<TableNames> list(@RequestParam Optional<String> type) {
    return blocking.call(
        () -> {
          Optional<String> wanted = type.map(name -> name.toUpperCase(Locale.ROOT));
          if (wanted.filter(name -> !name.equals("REALTIME")).isPresent()) {
            return new TableNames(List.of());
          }
          return new TableNames(
              catalog.tables().stream()
                  .map(
                      table ->
                          wanted.isPresent()
                              ? table.config().nameWithType()
                              : table.config().name())
                  .sorted()
                  .toList());
        });
  }

  @GetMapping(value = "/tables/{table}", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<String> get(@PathVariable String table) {
    return blocking.call(() -> TableConfigJson.render(require(table).config()));
  }

  @GetMapping(value = "/tables/{table}/schema", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<String> schema(@PathVariable String table) {
    return blocking.call(
        () ->
            catalog
                .table(table)
                .map(state -> SchemaJson.render(state.schema()))
                .orElseThrow(
                    () ->
                        new RequestRefusedException(
                            NOT_FOUND, "Schema not found for table: " + table)));
  }

  /** The stream is asked first: where the table begins must be known before it exists. */
  @PostMapping("/tables")
  Mono<StatusBody> create(@RequestBody String json) {
    return blocking.call(
        () -> {
          var created = tables.create(json, partitions::initialOffsets);
          partitions.start(created.tableId());
          return StatusBody.of(
              "Table %s_REALTIME successfully added".formatted(created.accepted().name()),
              created.accepted(),
              partitions.shortcomings(created.tableId()));
        });
  }

  @PutMapping("/tables/{table}")
  Mono<StatusBody> update(@PathVariable String table, @RequestBody String json) {
    return blocking.call(
        () -> StatusBody.of("Table config updated for " + table, tables.update(table, json)));
  }

  /**
   * @param retention how long the table's segments stay in the deep store, as in {@code 0d} or
   *     {@code 7d}; as its config says if it is not given
   */
  @DeleteMapping("/tables/{table}")
  Mono<StatusBody> delete(@PathVariable String table, @RequestParam Optional<String> retention) {
    Optional<Duration> kept = retention.map(TablesController::period);
    return blocking.call(
        () -> {
          tables.delete(table, kept);
          return StatusBody.of(
              "Tables: [%s_REALTIME] deleted".formatted(TableCatalog.rawName(table)));
        });
  }

  private static Duration period(String text) {
    return PeriodText.parseBounded(text)
        .orElseThrow(
            () ->
                new RequestRefusedException(
                    INVALID,
                    "Parameter retention is no span of time: '%s'; write %s"
                        .formatted(text, PeriodText.BOUNDED_FORMS)));
  }

  private TableState require(String table) {
    return catalog
        .table(table)
        .orElseThrow(
            () ->
                new RequestRefusedException(NOT_FOUND, "Table %s does not exist".formatted(table)));
  }
}
