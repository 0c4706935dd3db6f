package io.gamay.controller.health;

import io.gamay.cluster.view.ClusterView;
import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.controller.leader.LeaderTerm;
import io.gamay.controller.leader.Leadership;
import io.gamay.controller.leader.NotLeaderException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Looks at every table from time to time and remembers since when each finding stands; answers at
 * any time from the present view and the newest reports. What is remembered is one term's. Thread-
 * safe; only {@link #look} waits for others.
 */
public final class HealthKeeper {

  private final Supplier<ClusterView> view;
  private final Leadership leadership;
  private final ServerReports.Source servers;
  private final LeaderMemory memory;
  private final InstantSource clock;
  private final LagWatch lags = new LagWatch();

  private Optional<LeaderTerm> termOfMemory = Optional.empty();
  private ServerReports reports = ServerReports.NONE;
  private Map<String, List<LagWatch.Lagging>> lagging = Map.of();
  private Map<Key, Instant> since = new HashMap<>();

  private volatile Census census = new Census(Map.of(), Map.of());

  private record Key(String tableId, FindingKind kind, Condition.Subject subject) {}

  /** How many tables are in each state, and how many findings of each kind there are. */
  private record Census(Map<HealthState, Integer> tables, Map<FindingKind, Integer> findings) {}

  public HealthKeeper(
      Supplier<ClusterView> view,
      Leadership leadership,
      ServerReports.Source servers,
      LeaderMemory memory,
      InstantSource clock) {
    this.view = view;
    this.leadership = leadership;
    this.servers = servers;
    this.memory = memory;
    this.clock = clock;
  }

  /** Asks the servers, and looks at every table. */
  public void look() {
    ServerReports fresh = servers.ask();
    synchronized (this) {
      requireTerm();
      reports = fresh;
      lagging = lags.look(fresh);
      ClusterView seen = view.get();
      Set<Key> standing = new HashSet<>();
      Map<HealthState, Integer> tables = new EnumMap<>(HealthState.class);
      Map<FindingKind, Integer> findings = new EnumMap<>(FindingKind.class);
      for (TableView table : seen.tables().values()) {
        List<Finding> found = findings(seen, table, standing);
        tables.merge(HealthState.of(found), 1, Integer::sum);
        found.forEach(finding -> findings.merge(finding.kind(), 1, Integer::sum));
      }
      since.keySet().retainAll(standing);
      census = new Census(Map.copyOf(tables), Map.copyOf(findings));
    }
  }

  /**
   * @param table of the present view
   * @throws NotLeaderException if this controller does not lead
   */
  public synchronized TableHealth of(TableView table) {
    requireTerm();
    List<Finding> found = findings(view.get(), table, new HashSet<>());
    List<Finding> shown = found.stream().limit(TableHealth.MAX_FINDINGS).toList();
    return new TableHealth(
        table.config().nameWithType(),
        HealthState.of(found),
        reports.at(),
        shown,
        found.size() - shown.size(),
        reports.silent().stream().sorted().toList());
  }

  /**
   * All tables, by name with type.
   *
   * @throws NotLeaderException if this controller does not lead
   */
  public synchronized Map<String, TableHealth> all() {
    Map<String, TableHealth> healths = new TreeMap<>();
    for (TableView table : view.get().tables().values()) {
      healths.put(table.config().nameWithType(), of(table));
    }
    return healths;
  }

  /** Tables in a state at the last look; 0 where this controller does not lead. */
  public int tables(HealthState state) {
    return leadership.term().isPresent() ? census.tables().getOrDefault(state, 0) : 0;
  }

  /** Findings of a kind at the last look; 0 where this controller does not lead. */
  public int findings(FindingKind kind) {
    return leadership.term().isPresent() ? census.findings().getOrDefault(kind, 0) : 0;
  }

  private void requireTerm() {
    Optional<LeaderTerm> term = leadership.term();
    if (term.isEmpty()) {
      throw new NotLeaderException();
    }
    if (!term.equals(termOfMemory)) {
      termOfMemory = term;
      since = new HashMap<>();
    }
  }

  /** The worst first, of equals the oldest. */
  private List<Finding> findings(ClusterView seen, TableView table, Set<Key> standing) {
    Instant now = clock.instant();
    List<Condition> conditions =
        HealthExaminer.examine(
            seen, table, reports, memory, lagging.getOrDefault(table.tableId(), List.of()), now);
    List<Finding> found = new ArrayList<>(conditions.size());
    for (Condition condition : conditions) {
      Key key = new Key(table.tableId(), condition.kind(), condition.subject());
      standing.add(key);
      found.add(finding(table, condition, since.computeIfAbsent(key, _ -> now), now));
    }
    found.sort(
        Comparator.comparing(Finding::severity, Comparator.reverseOrder())
            .thenComparing(Finding::since));
    return found;
  }

  private Finding finding(TableView table, Condition condition, Instant from, Instant now) {
    FindingKind kind = condition.kind();
    Condition.Subject subject = condition.subject();
    boolean isYoung = now.isBefore(from.plus(kind.patience()));
    Optional<String> repair =
        subject.partition().isPresent()
            ? memory.repair(table.tableId(), subject.partition().getAsInt(), subject.segment())
            : Optional.empty();
    return new Finding(
        kind,
        isYoung ? Severity.INFO : condition.severity(),
        subject.partition().isPresent()
            ? Optional.of(subject.partition().getAsInt())
            : Optional.empty(),
        subject.segment(),
        subject.instance(),
        from,
        condition.reason(),
        repair.orElse(kind.underway()),
        kind.advice());
  }
}
