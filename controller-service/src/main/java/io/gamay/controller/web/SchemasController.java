package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.table.SchemaJson;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.SchemaRegistry;
import io.gamay.controller.table.TableCatalog;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** Schemas, as Pinot's controller serves them. */
@RestController
final class SchemasController {

  private final SchemaRegistry schemas;
  private final TableCatalog catalog;
  private final BlockingCalls blocking;

  SchemasController(SchemaRegistry schemas, TableCatalog catalog, BlockingCalls blocking) {
    this.schemas = schemas;
    this.catalog = catalog;
    this.blocking = blocking;
  }

  @GetMapping("/schemas")
  Mono<List<String>> list() {
    return blocking.call(catalog::schemaNames);
  }

  @GetMapping(value = "/schemas/{name}", produces = MediaType.APPLICATION_JSON_VALUE)
  Mono<String> get(@PathVariable String name) {
    return blocking.call(
        () ->
            catalog
                .schema(name)
                .map(SchemaJson::render)
                .orElseThrow(
                    () ->
                        new RequestRefusedException(
                            NOT_FOUND, "Schema %s not found".formatted(name))));
  }

  @PostMapping("/schemas")
  Mono<StatusBody> add(
      @RequestBody String json,
      @RequestParam(defaultValue = "true") boolean override,
      @RequestParam(defaultValue = "false") boolean force) {
    return blocking.call(
        () -> {
          var accepted = schemas.put(json, override, force);
          return StatusBody.of(accepted.name() + " successfully added", accepted);
        });
  }

  /** The schema as a file of a form, as {@code curl -F} sends it; the part's name is not asked. */
  @PostMapping(value = "/schemas", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  Mono<StatusBody> addFile(
      ServerWebExchange exchange,
      @RequestParam(defaultValue = "true") boolean override,
      @RequestParam(defaultValue = "false") boolean force) {
    return file(exchange).flatMap(json -> add(json, override, force));
  }

  @PutMapping(value = "/schemas/{name}", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
  Mono<StatusBody> updateFile(
      ServerWebExchange exchange,
      @PathVariable String name,
      @RequestParam(defaultValue = "false") boolean force) {
    return file(exchange).flatMap(json -> update(name, json, force));
  }

  private static Mono<String> file(ServerWebExchange exchange) {
    return exchange
        .getMultipartData()
        .flatMap(form -> Mono.justOrEmpty(form.values().stream().flatMap(List::stream).findFirst()))
        .switchIfEmpty(
            Mono.error(
                () ->
                    new RequestRefusedException(
                        INVALID, "the form is empty; send the schema as a file or as the body")))
        .flatMap(part -> DataBufferUtils.join(part.content()))
        .map(
            buffer -> {
              String text = buffer.toString(StandardCharsets.UTF_8);
              DataBufferUtils.release(buffer);
              return text;
            });
  }

  @PutMapping("/schemas/{name}")
  Mono<StatusBody> update(
      @PathVariable String name,
      @RequestBody String json,
      @RequestParam(defaultValue = "false") boolean force) {
    return blocking.call(
        () -> StatusBody.of(name + " successfully added", schemas.update(name, json, force)));
  }

  @DeleteMapping("/schemas/{name}")
  Mono<StatusBody> delete(@PathVariable String name) {
    return blocking.call(
        () -> {
          schemas.delete(name);
          return StatusBody.of("Schema " + name + " deleted");
        });
  }
}
