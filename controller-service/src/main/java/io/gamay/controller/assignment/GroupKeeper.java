package io.gamay.controller.assignment;

import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.store.Operation;
import io.gamay.cluster.store.StoredNode;
import io.gamay.cluster.table.PlacementConfig;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.InstanceView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTransactions;
import io.gamay.controller.leader.LeaderTransactions.Decision;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down which servers were chosen for tables that ask for a choice: replica groups, or a
 * number of a tag's servers. A server that was chosen stays until it is gone for good, relieved, or
 * has lost its tag, and somebody is there to take its place. Blocks on the store; thread-safe.
 */
public final class GroupKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(GroupKeeper.class);

  /** Far below what a node may have, with room for what the format may come to say. */
  static final int MAX_BYTES = 200 * 1024;

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final LeaderTransactions transactions;
  private final Supplier<ClusterView> view;

  /** What {@link #keep} found last, by table. */
  private final ConcurrentMap<String, InstanceGroups> known = new ConcurrentHashMap<>();

  public GroupKeeper(
      MetadataStore store,
      TableCatalog catalog,
      LeaderTransactions transactions,
      Supplier<ClusterView> view) {
    this.store = store;
    this.catalog = catalog;
    this.transactions = transactions;
    this.view = view;
  }

  /** As they are written down; empty if nothing is. */
  public Optional<InstanceGroups> read(String tableId) {
    return store.get(ClusterPaths.groups(tableId)).map(GroupKeeper::parse);
  }

  /**
   * Makes groups where there are none, and mends those that there are.
   *
   * @param isGoneForGood servers that others are to take over from
   * @return what is written down for the table now; empty if it asks for no choice
   */
  Optional<InstanceGroups> keep(TableView table, Predicate<String> isGoneForGood) {
    Optional<InstanceGroups> kept = keep(table.tableId(), table.config(), isGoneForGood);
    known.put(table.tableId(), kept.orElse(InstanceGroups.NONE));
    return kept;
  }

  /** As the other, for a table that may not be in the view yet. */
  Optional<InstanceGroups> keep(
      String tableId, TableConfig config, Predicate<String> isGoneForGood) {
    if (config.placement().groupings().isEmpty()) {
      return Optional.empty();
    }
    ClusterView seen = view.get();
    Optional<InstanceGroups> present = read(tableId);
    InstanceGroups kept = kept(seen, config, present, isGoneForGood);
    if (present.filter(kept::equals).isPresent()) {
      return present;
    }
    return transactions.write(
        _ -> {
          Optional<StoredNode> node = store.get(ClusterPaths.groups(tableId));
          Optional<TableState> table = catalog.tableById(tableId);
          Optional<InstanceGroups> now = node.map(GroupKeeper::parse);
          InstanceGroups next = kept(seen, config, now, isGoneForGood);
          if (table.isEmpty() || now.filter(next::equals).isPresent()) {
            return Decision.nothingToWrite(now);
          }
          LOG.info("table {}: groups are now {}", tableId, next.byKind());
          return new Decision<>(
              List.of(table.get().unchanged(), put(tableId, node, next)), Optional.of(next));
        });
  }

  /** As the tables of a view were looked after last; of no kind before that. Answers at once. */
  public InstanceGroups known(String tableId) {
    return known.getOrDefault(tableId, InstanceGroups.NONE);
  }

  /** Forgets what it knew of other tables. */
  void retainTables(Set<String> tableIds) {
    known.keySet().retainAll(tableIds);
  }

  /** What somebody makes of the groups that there are. */
  public interface Choice {
    /**
     * @param present as they are written down now; empty: there are none
     * @throws RequestRefusedException if nothing can be made of them
     */
    InstanceGroups of(Optional<InstanceGroups> present);
  }

  /**
   * Writes groups that somebody has chosen, looking at those that are there at that moment.
   *
   * @return what is written down now
   * @throws RequestRefusedException if there is no such table, it has no such kinds of segments, or
   *     the groups name no servers, or too many
   */
  public InstanceGroups replace(String tableId, Choice choice) {
    return transactions.write(
        _ -> {
          TableState table =
              catalog
                  .tableById(tableId)
                  .orElseThrow(
                      () ->
                          new RequestRefusedException(
                              NOT_FOUND, "Table %s does not exist".formatted(tableId)));
          Optional<StoredNode> node = store.get(ClusterPaths.groups(tableId));
          Optional<InstanceGroups> present = node.map(GroupKeeper::parse);
          InstanceGroups groups = choice.of(present);
          requireFit(table.config(), groups);
          if (present.filter(groups::equals).isPresent()) {
            return Decision.nothingToWrite(groups);
          }
          return new Decision<>(List.of(table.unchanged(), put(tableId, node, groups)), groups);
        });
  }

  /**
   * What a rebalance that chooses servers anew makes of a table's groups: of equal size, of the
   * servers that there are now, with as few changes as that takes. Pure.
   *
   * @param present empty: there are none
   * @return of no kind if the table asks for no choice
   */
  public static InstanceGroups reassigned(
      ClusterView view, TableConfig config, Optional<InstanceGroups> present) {
    InstanceGroups groups = present.orElse(InstanceGroups.NONE).withoutAny();
    PlacementConfig placement = config.placement();
    for (var grouping : placement.groupings().entrySet()) {
      String kind = grouping.getKey();
      groups =
          groups.with(
              kind,
              GroupPlanner.reassigned(
                  grouping.getValue(),
                  config.replication(),
                  present.flatMap(written -> written.of(kind)),
                  eligible(view, placement.tag(kind), present, kind)));
    }
    return groups;
  }

  /**
   * Servers that a table could have and has not chosen: those that are in no group, and would be in
   * one if servers were chosen anew. Pure.
   *
   * @param groups as they are written down
   * @return by kind, sorted; kinds without such servers are left out
   */
  public static Map<String, List<String>> unchosen(
      ClusterView view, TableConfig config, InstanceGroups groups) {
    InstanceGroups anew = reassigned(view, config, Optional.of(groups));
    Map<String, List<String>> unchosen = new TreeMap<>();
    anew.byKind()
        .forEach(
            (kind, chosen) -> {
              List<String> present = flat(groups.of(kind).orElse(List.of()));
              List<String> more =
                  flat(chosen).stream()
                      .filter(server -> !present.contains(server))
                      .sorted()
                      .toList();
              if (flat(chosen).size() > present.size() && !present.isEmpty()) {
                unchosen.put(kind, more);
              }
            });
    return unchosen;
  }

  private static List<String> flat(List<List<String>> groups) {
    return groups.stream().flatMap(List::stream).toList();
  }

  /** Those that may be given segments, and of the chosen ones also those that are merely away. */
  private static List<String> eligible(
      ClusterView view, String tag, Optional<InstanceGroups> present, String kind) {
    TreeSet<String> eligible = new TreeSet<>(PlaceableServers.of(view, tag));
    present
        .flatMap(written -> written.of(kind))
        .ifPresent(
            groups ->
                groups.stream()
                    .flatMap(List::stream)
                    .filter(server -> PlaceableServers.mayKeep(view, server, tag))
                    .forEach(eligible::add));
    return List.copyOf(eligible);
  }

  /**
   * The groups as they are to be without choosing anew. Kinds that the table no longer asks for are
   * left out. Pure.
   */
  static InstanceGroups kept(
      ClusterView view,
      TableConfig config,
      Optional<InstanceGroups> present,
      Predicate<String> isGoneForGood) {
    InstanceGroups groups = present.orElse(InstanceGroups.NONE).withoutAny();
    PlacementConfig placement = config.placement();
    for (var grouping : placement.groupings().entrySet()) {
      String kind = grouping.getKey();
      String tag = placement.tag(kind);
      groups =
          groups.with(
              kind,
              GroupPlanner.kept(
                  grouping.getValue(),
                  config.replication(),
                  present.flatMap(written -> written.of(kind)),
                  PlaceableServers.of(view, tag),
                  server -> isGoneForGood.test(server) || isUnfit(view, server, tag)));
    }
    return groups;
  }

  /** One that is known, and is to have no work or bears another tag. */
  private static boolean isUnfit(ClusterView view, String server, String tag) {
    return view.instances().containsKey(server) && !PlaceableServers.mayKeep(view, server, tag);
  }

  private void requireFit(TableConfig config, InstanceGroups groups) {
    Map<String, InstanceView> instances = view.get().instances();
    for (var kind : groups.byKind().entrySet()) {
      var grouping = config.placement().groupings().get(kind.getKey());
      if (grouping == null) {
        throw new RequestRefusedException(
            INVALID,
            "%s: the table chooses no servers for this kind; it does for %s, by instanceAssignmentConfigMap"
                .formatted(kind.getKey(), new TreeSet<>(config.placement().groupings().keySet())));
      }
      int wanted = grouping.groups(config.replication());
      if (kind.getValue().size() != wanted) {
        throw new RequestRefusedException(
            INVALID,
            "%s: %d groups, the table has %d: one for each replica"
                .formatted(kind.getKey(), kind.getValue().size(), wanted));
      }
      for (List<String> group : kind.getValue()) {
        if (group.isEmpty()) {
          throw new RequestRefusedException(
              INVALID, "%s: a group without servers".formatted(kind.getKey()));
        }
        for (String server : group) {
          InstanceView instance = instances.get(server);
          if (instance == null || instance.config().role() != InstanceRole.SERVER) {
            throw new RequestRefusedException(
                INVALID, "%s: there is no server %s".formatted(kind.getKey(), server));
          }
        }
      }
    }
    if (ClusterJson.write(groups).length > MAX_BYTES) {
      throw new RequestRefusedException(
          INVALID, "the groups take more than %d bytes: name fewer servers".formatted(MAX_BYTES));
    }
  }

  private static Operation put(String tableId, Optional<StoredNode> node, InstanceGroups groups) {
    byte[] data = ClusterJson.write(groups);
    if (data.length > MAX_BYTES) {
      throw new IllegalStateException(
          "groups of table %s take %d bytes, at most %d"
              .formatted(tableId, data.length, MAX_BYTES));
    }
    String path = ClusterPaths.groups(tableId);
    return node.<Operation>map(present -> new Operation.Put(path, data, present.version()))
        .orElseGet(() -> new Operation.Create(path, data, false));
  }

  private static InstanceGroups parse(StoredNode node) {
    return ClusterJson.read(node.data(), InstanceGroups.class);
  }

  /** All servers that some group names. */
  static List<String> members(InstanceGroups groups) {
    List<String> members = new ArrayList<>();
    groups.byKind().values().forEach(kind -> kind.forEach(members::addAll));
    return members;
  }
}
