package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;
import static io.gamay.controller.table.RequestRefusedException.Kind.UNAVAILABLE;

import io.gamay.cluster.segment.SegmentName;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.web.ServerQuestions.Answer;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * Resets, as Pinot's controller serves them. Servers try again by themselves what is in ERROR, with
 * pauses that grow; what is asked for here makes them try now. Segments that are in order stay as
 * they are: nothing that is served is taken away.
 */
@RestController
final class ResetController {

  private final ViewTables tables;
  private final ServerQuestions servers;

  ResetController(Supplier<ClusterView> view, ServerQuestions servers) {
    this.tables = new ViewTables(view);
    this.servers = servers;
  }

  @Operation(
      summary = "Try again, now, what of a segment is in ERROR",
      description = "Servers on which it is in order leave it as it is.")
  @PostMapping("/segments/{table}/{segment}/reset")
  Mono<StatusBody> resetOne(@PathVariable String table, @PathVariable String segment) {
    TableView view = tables.require(table);
    SegmentName name =
        ViewTables.segments(view)
            .map(held -> held.metadata().name())
            .filter(held -> held.toString().equals(segment))
            .findFirst()
            .orElseThrow(
                () ->
                    new RequestRefusedException(
                        NOT_FOUND,
                        "Segment %s does not exist in table %s".formatted(segment, table)));
    return reset(view, Optional.of(name))
        .thenReturn(
            StatusBody.of(
                "Successfully reset segment: %s of table: %s"
                    .formatted(name, view.config().nameWithType())));
  }

  /**
   * @param errorSegmentsOnly taken as Pinot has it; others are in order and stay so in any case
   */
  @Operation(summary = "Try again, now, all segments of a table that are in ERROR")
  @PostMapping("/segments/{table}/reset")
  Mono<StatusBody> resetAll(
      @PathVariable String table, @RequestParam(defaultValue = "false") boolean errorSegmentsOnly) {
    TableView view = tables.require(table);
    return reset(view, Optional.empty())
        .thenReturn(
            StatusBody.of(
                "Successfully reset segments of table: %s"
                    .formatted(view.config().nameWithType())));
  }

  private Mono<List<Answer<String>>> reset(TableView view, Optional<SegmentName> segment) {
    String path = "reset" + segment.map(name -> "?segment=" + name).orElse("");
    return servers.order(view.tableId(), path, String[].class).flatMap(ResetController::answered);
  }

  private static Mono<List<Answer<String>>> answered(List<Answer<String>> answers) {
    List<String> silent =
        answers.stream().filter(answer -> answer.items().isEmpty()).map(Answer::server).toList();
    return silent.isEmpty()
        ? Mono.just(answers)
        : Mono.error(
            new RequestRefusedException(
                UNAVAILABLE, "servers %s did not answer: try again".formatted(silent)));
  }
}
