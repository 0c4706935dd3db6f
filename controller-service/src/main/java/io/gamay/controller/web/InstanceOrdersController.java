package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;

import io.gamay.controller.assignment.InstanceOrderDesk;
import io.gamay.controller.assignment.InstanceOrderDesk.StateChange;
import io.gamay.controller.table.RequestRefusedException;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/** What people decide about servers and brokers, as Pinot's controller takes it. */
@RestController
final class InstanceOrdersController {

  private final InstanceOrderDesk orders;
  private final BlockingCalls blocking;

  InstanceOrdersController(InstanceOrderDesk orders, BlockingCalls blocking) {
    this.orders = orders;
    this.blocking = blocking;
  }

  @Operation(
      summary = "Take a server or broker out of service, or back",
      description =
          "DISABLE: it is asked only where nobody else can be, and gets nothing new; a server's"
              + " segments move to others as far as there are any. QUERIES_DISABLE: it works on,"
              + " and is not asked at all. ENABLE and QUERIES_ENABLE undo these. An order stands"
              + " until another one, also over restarts.")
  @ApiResponse(responseCode = "200", description = "The order stands")
  @ApiResponse(responseCode = "400", description = "No such state, or no server or broker")
  @ApiResponse(responseCode = "404", description = "No such instance")
  @PutMapping("/instances/{id}/state")
  Mono<StatusBody> state(@PathVariable String id, @RequestParam Optional<String> state) {
    return blocking.call(
        () -> {
          StateChange change = StateChange.parse(required("state", state));
          orders.change(id, change);
          return StatusBody.of("Request to %s instance %s is successful".formatted(change, id));
        });
  }

  @Operation(
      summary = "Give a server or broker other tags",
      description =
          "All of them, separated by commas, in the place of those that it has. They stay over"
              + " restarts, whatever its own settings say.")
  @ApiResponse(responseCode = "200", description = "It has these tags")
  @ApiResponse(responseCode = "400", description = "No such tags, or no server or broker")
  @ApiResponse(responseCode = "404", description = "No such instance")
  @PutMapping("/instances/{id}/updateTags")
  Mono<StatusBody> updateTags(@PathVariable String id, @RequestParam Optional<String> tags) {
    return blocking.call(
        () -> {
          List<String> wanted =
              Arrays.stream(required("tags", tags).split(",")).map(String::strip).toList();
          orders.tag(id, wanted);
          return StatusBody.of("Updated tags: %s for instance: %s".formatted(wanted, id));
        });
  }

  private static String required(String name, Optional<String> value) {
    return value
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () -> new RequestRefusedException(INVALID, "parameter %s is missing".formatted(name)));
  }
}
