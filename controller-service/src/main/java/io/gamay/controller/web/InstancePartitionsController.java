package io.gamay.controller.web;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.assignment.GroupKeeper;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.web.RebalanceAnswers.InstancePartitionsBody;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;

/**
 * The servers that were chosen for a table, as Pinot's controller serves them. What is written here
 * counts for new segments at once; those that are there move with a rebalance.
 */
@RestController
final class InstancePartitionsController {

  private static final Pattern PLACE = Pattern.compile("(\\d{1,4})_(\\d{1,4})");

  private final ViewTables tables;
  private final GroupKeeper groups;
  private final BlockingCalls blocking;

  InstancePartitionsController(
      Supplier<ClusterView> view, GroupKeeper groups, BlockingCalls blocking) {
    this.tables = new ViewTables(view);
    this.groups = groups;
    this.blocking = blocking;
  }

  @Operation(
      summary = "The servers that were chosen for a table, by kind",
      description = "type: CONSUMING, COMPLETED or a tier; all without it.")
  @ApiResponse(responseCode = "200", description = "As they are written down")
  @ApiResponse(responseCode = "404", description = "None are, as for tables that ask for no choice")
  @GetMapping("/tables/{table}/instancePartitions")
  Mono<Map<String, InstancePartitionsBody>> get(
      @PathVariable String table, @RequestParam Optional<String> type) {
    TableView view = tables.require(table);
    return blocking.call(() -> ofKind(view, require(view, type), type));
  }

  private InstanceGroups require(TableView table, Optional<String> kind) {
    return require(table, groups.read(table.tableId()), kind);
  }

  private static InstanceGroups require(
      TableView table, Optional<InstanceGroups> written, Optional<String> kind) {
    InstanceGroups present = written.orElse(InstanceGroups.NONE);
    boolean isThere = kind.map(present.byKind()::containsKey).orElse(!present.byKind().isEmpty());
    if (!isThere) {
      throw new RequestRefusedException(
          NOT_FOUND,
          "Failed to find the instance partitions%s of table %s: its config asks for a choice of servers for %s"
              .formatted(
                  kind.map(name -> " " + name).orElse(""),
                  table.config().nameWithType(),
                  table.config().placement().groupings().keySet()));
    }
    return present;
  }

  private static Map<String, InstancePartitionsBody> ofKind(
      TableView table, InstanceGroups present, Optional<String> kind) {
    Map<String, InstancePartitionsBody> bodies = RebalanceAnswers.partitions(table, present);
    kind.ifPresent(name -> bodies.keySet().retainAll(List.of(name)));
    return bodies;
  }

  @Operation(
      summary = "Choose a table's servers by hand",
      description =
          "{\"instancePartitionsName\": \"TABLE_CONSUMING\", \"partitionToInstancesMap\": {\"0_0\":"
              + " [\"Server_a\"], \"0_1\": [\"Server_b\"]}}: a list of servers for each replica.")
  @ApiResponse(responseCode = "200", description = "They are written down")
  @ApiResponse(responseCode = "400", description = "No such kind or servers, or too few groups")
  @PutMapping("/tables/{table}/instancePartitions")
  Mono<Map<String, InstancePartitionsBody>> put(
      @PathVariable String table, @RequestBody InstancePartitionsBody body) {
    TableView view = tables.require(table);
    String kind = kind(view, body.instancePartitionsName());
    List<List<String>> byReplica = byReplica(body.partitionToInstancesMap());
    return blocking.call(
        () ->
            ofKind(
                view,
                groups.replace(
                    view.tableId(),
                    present -> with(present.orElse(InstanceGroups.NONE), kind, byReplica)),
                Optional.of(kind)));
  }

  private static String kind(TableView table, String name) {
    for (String prefix : List.of(table.config().nameWithType(), table.config().name())) {
      if (name.startsWith(prefix + "_") && name.length() > prefix.length() + 1) {
        return name.substring(prefix.length() + 1);
      }
    }
    throw new RequestRefusedException(
        INVALID,
        "instancePartitionsName: '%s', expected %s_CONSUMING, %s_COMPLETED or %s_ and a tier"
            .formatted(name, table.config().name(), table.config().name(), table.config().name()));
  }

  private static List<List<String>> byReplica(Map<String, List<String>> byPlace) {
    Map<Integer, List<String>> byReplica = new TreeMap<>();
    byPlace.forEach(
        (place, servers) -> {
          Matcher matcher = PLACE.matcher(place);
          if (!matcher.matches()) {
            throw new RequestRefusedException(
                INVALID,
                "partitionToInstancesMap: '%s', expected 0_0, 0_1 and so on".formatted(place));
          }
          if (Integer.parseInt(matcher.group(1)) != 0) {
            throw new RequestRefusedException(
                INVALID,
                "partitionToInstancesMap: '%s': a replica's servers are one list, 0_%s, and a partition's segments go to one of them"
                    .formatted(place, matcher.group(2)));
          }
          byReplica.put(Integer.parseInt(matcher.group(2)), servers);
        });
    List<List<String>> lists = new ArrayList<>(byReplica.values());
    if (lists.isEmpty() || !byReplica.containsKey(lists.size() - 1)) {
      throw new RequestRefusedException(
          INVALID,
          "partitionToInstancesMap: %s, expected 0_0, 0_1 and so on without gaps"
              .formatted(byPlace.keySet()));
    }
    return lists;
  }

  private static InstanceGroups with(
      InstanceGroups present, String kind, List<List<String>> byReplica) {
    try {
      return present.with(kind, byReplica);
    } catch (IllegalArgumentException twice) {
      throw new RequestRefusedException(INVALID, String.valueOf(twice.getMessage()));
    }
  }

  @Operation(
      summary = "Forget the servers that were chosen for a table",
      description =
          "instancePartitionsType: one kind; all without it. Where the config asks for a choice, it"
              + " is made anew within seconds.")
  @DeleteMapping("/tables/{table}/instancePartitions")
  Mono<StatusBody> delete(
      @PathVariable String table, @RequestParam Optional<String> instancePartitionsType) {
    TableView view = tables.require(table);
    return blocking.call(
        () -> {
          InstanceGroups present = require(view, instancePartitionsType);
          groups.replace(
              view.tableId(),
              written -> {
                InstanceGroups now = require(view, written, instancePartitionsType);
                return instancePartitionsType.map(now::without).orElseGet(now::withoutAny);
              });
          return StatusBody.of(
              "Instance partitions %s of table %s deleted"
                  .formatted(
                      instancePartitionsType
                          .<Object>map(List::of)
                          .orElse(present.byKind().keySet()),
                      view.config().nameWithType()));
        });
  }

  @Operation(
      summary = "Choose a table's servers anew",
      description = "dryRun=true, the default, only tells what would be chosen.")
  @ApiResponse(responseCode = "200", description = "By kind")
  @ApiResponse(responseCode = "400", description = "The table asks for no choice")
  @PostMapping("/tables/{table}/assignInstances")
  Mono<Map<String, InstancePartitionsBody>> assign(
      @PathVariable String table,
      @RequestParam Optional<String> type,
      @RequestParam(defaultValue = "true") boolean dryRun) {
    TableView view = tables.require(table);
    return blocking.call(
        () -> {
          Optional<InstanceGroups> present = groups.read(view.tableId());
          InstanceGroups anew = GroupKeeper.reassigned(tables.view(), view.config(), present);
          if (type.map(anew.byKind()::containsKey).orElse(!anew.byKind().isEmpty())) {
            InstanceGroups chosen =
                dryRun
                    ? type.map(kind -> only(kind, anew, present)).orElse(anew)
                    : groups.replace(view.tableId(), written -> assigned(view, type, written));
            return ofKind(view, chosen, type);
          }
          throw new RequestRefusedException(
              INVALID,
              "Instance assignment%s is not allowed for table %s: its instanceAssignmentConfigMap has %s"
                  .formatted(
                      type.map(kind -> " of " + kind).orElse(""),
                      view.config().nameWithType(),
                      anew.byKind().keySet()));
        });
  }

  private InstanceGroups assigned(
      TableView table, Optional<String> type, Optional<InstanceGroups> present) {
    InstanceGroups anew = GroupKeeper.reassigned(tables.view(), table.config(), present);
    return type.map(kind -> only(kind, anew, present)).orElse(anew);
  }

  private static InstanceGroups only(
      String kind, InstanceGroups anew, Optional<InstanceGroups> present) {
    return present.orElse(InstanceGroups.NONE).with(kind, anew.of(kind).orElse(List.of()));
  }

  @Operation(
      summary = "Put one server in the place of another that was chosen for a table",
      description =
          "type: one kind; all without it. The segments follow with a rebalance"
              + " (reassignInstances=false).")
  @ApiResponse(responseCode = "200", description = "The kinds that it was chosen for")
  @ApiResponse(responseCode = "404", description = "The old one was not chosen")
  @PostMapping("/tables/{table}/replaceInstance")
  Mono<Map<String, InstancePartitionsBody>> replace(
      @PathVariable String table,
      @RequestParam Optional<String> type,
      @RequestParam Optional<String> oldInstanceName,
      @RequestParam Optional<String> newInstanceName) {
    TableView view = tables.require(table);
    String old = required("oldInstanceName", oldInstanceName);
    String next = required("newInstanceName", newInstanceName);
    return blocking.call(
        () -> {
          List<String> kinds = new ArrayList<>();
          InstanceGroups replaced =
              groups.replace(
                  view.tableId(),
                  written -> {
                    InstanceGroups present = require(view, written, type);
                    kinds.clear();
                    kinds.addAll(kindsWith(old, type, present));
                    if (kinds.isEmpty()) {
                      throw new RequestRefusedException(
                          NOT_FOUND,
                          "Old instance %s is in no instance partition of table %s"
                              .formatted(old, view.config().nameWithType()));
                    }
                    return replaced(present, kinds, old, next);
                  });
          Map<String, InstancePartitionsBody> bodies = RebalanceAnswers.partitions(view, replaced);
          bodies.keySet().retainAll(kinds);
          return bodies;
        });
  }

  private static List<String> kindsWith(
      String server, Optional<String> type, InstanceGroups present) {
    return present.byKind().entrySet().stream()
        .filter(kind -> type.isEmpty() || type.get().equals(kind.getKey()))
        .filter(kind -> kind.getValue().stream().anyMatch(group -> group.contains(server)))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static InstanceGroups replaced(
      InstanceGroups present, List<String> kinds, String old, String next) {
    InstanceGroups replaced = present;
    for (String kind : kinds) {
      List<List<String>> groups = present.of(kind).orElse(List.of());
      replaced = with(replaced, kind, inPlaceOf(groups, old, next));
    }
    return replaced;
  }

  private static List<List<String>> inPlaceOf(List<List<String>> groups, String old, String next) {
    return groups.stream()
        .map(group -> group.stream().map(server -> server.equals(old) ? next : server).toList())
        .toList();
  }

  private static String required(String name, Optional<String> value) {
    return value
        .filter(text -> !text.isBlank())
        .orElseThrow(
            () -> new RequestRefusedException(INVALID, "parameter %s is missing".formatted(name)));
  }
}
