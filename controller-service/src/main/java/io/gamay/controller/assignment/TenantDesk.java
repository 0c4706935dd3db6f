package io.gamay.controller.assignment;

import static io.gamay.controller.table.RequestRefusedException.Kind.CONFLICT;
import static io.gamay.controller.table.RequestRefusedException.Kind.INVALID;
import static io.gamay.controller.table.RequestRefusedException.Kind.NOT_FOUND;
import static java.util.stream.Collectors.joining;

import io.gamay.cluster.instance.InstanceConfig;
import io.gamay.cluster.instance.InstanceOrder;
import io.gamay.cluster.instance.InstanceRole;
import io.gamay.cluster.layout.ClusterJson;
import io.gamay.cluster.layout.ClusterPaths;
import io.gamay.cluster.store.MetadataStore;
import io.gamay.cluster.table.TableConfig;
import io.gamay.controller.table.RequestRefusedException;
import io.gamay.controller.table.TableCatalog;
import io.gamay.controller.table.TableState;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes tenants, which are nothing but tags of servers and brokers, of instances that nobody has
 * claimed: those without tags, then those that have only the default tenant's and that its tables
 * can do without. Reads what is written, not a view, so that two who ask after each other get
 * different ones. Thread-safe; blocks on the store.
 */
public final class TenantDesk {

  private static final String DEFAULT = "DefaultTenant";

  private final MetadataStore store;
  private final TableCatalog catalog;
  private final InstanceOrderDesk orders;

  public TenantDesk(MetadataStore store, TableCatalog catalog, InstanceOrderDesk orders) {
    this.store = store;
    this.catalog = catalog;
    this.orders = orders;
  }

  /**
   * What a tenant is to have.
   *
   * @param count instances in all
   * @param offline how many of them bear the tag for offline tables; the first ones
   * @param realtime how many of them bear the tag for realtime tables; the last ones
   */
  public record Size(int count, int offline, int realtime) {
    public Size {
      if (count < 1
          || offline < 0
          || realtime < 0
          || offline > count
          || realtime > count
          || offline + realtime < count) {
        throw new RequestRefusedException(
            INVALID,
            "numberOfInstances: %d with %d offlineInstances and %d realtimeInstances: expected 1 or more, each of them for offline tables, realtime tables or both"
                .formatted(count, offline, realtime));
      }
    }

    public static Size ofBrokers(int count) {
      return new Size(count, 0, count);
    }
  }

  /**
   * Makes a tenant.
   *
   * @return the instances that it has now
   * @throws RequestRefusedException if there is one, or there are too few instances
   */
  public synchronized List<String> create(String tenant, InstanceRole role, Size size) {
    requireName(tenant);
    List<InstanceConfig> all = instances(role);
    if (!members(all, tenant).isEmpty()) {
      throw new RequestRefusedException(
          CONFLICT,
          "Tenant %s has %s already: PUT /tenants gives it more"
              .formatted(tenant, names(members(all, tenant))));
    }
    return claim(tenant, role, size, all);
  }

  /**
   * Gives a tenant more instances, and those that it has its tag for offline or realtime tables as
   * well where more of them are to bear it.
   *
   * @param size as it is to be
   * @return the instances that it has now
   * @throws RequestRefusedException if there is none, it has more than that, or there are too few
   *     instances
   */
  public synchronized List<String> grow(String tenant, InstanceRole role, Size size) {
    List<InstanceConfig> all = instances(role);
    List<InstanceConfig> members = members(all, tenant);
    if (members.isEmpty()) {
      throw noTenant(tenant, role);
    }
    int offline = with(members, tenant + "_OFFLINE").size();
    int realtime =
        with(members, tenant + (role == InstanceRole.BROKER ? "_BROKER" : "_REALTIME")).size();
    if (size.count() < members.size() || size.offline() < offline || size.realtime() < realtime) {
      throw new RequestRefusedException(
          INVALID,
          "Tenant %s has %s: it is made smaller by PUT /instances/{id}/updateTags for those that are to go, and a rebalance of its tables"
              .formatted(tenant, names(members)));
    }
    if (size.count() > members.size()) {
      int more = size.count() - members.size();
      int moreOffline = Math.min(more, size.offline() - offline);
      int moreRealtime = Math.min(more, size.realtime() - realtime);
      claim(
          tenant,
          role,
          new Size(more, moreOffline, Math.max(moreRealtime, more - moreOffline)),
          all);
    }
    if (role == InstanceRole.SERVER) {
      tagMembers(tenant, tenant + "_OFFLINE", size.offline());
      tagMembers(tenant, tenant + "_REALTIME", size.realtime());
    }
    return names(members(instances(role), tenant));
  }

  /** Gives a tag to servers of the tenant that lack it, as far as fewer bear it than are to. */
  private void tagMembers(String tenant, String tag, int count) {
    List<InstanceConfig> members = members(instances(InstanceRole.SERVER), tenant);
    int missing = count - with(members, tag).size();
    members.stream()
        .filter(member -> !member.tags().contains(tag))
        .limit(Math.max(0, missing))
        .forEach(
            member -> {
              List<String> tags = new ArrayList<>(member.tags());
              tags.add(tag);
              orders.tag(member.id(), tags);
            });
  }

  /**
   * Takes a tenant's tags from its instances; without tags they are free for others.
   *
   * @return the instances that it had
   * @throws RequestRefusedException if there is none, or tables use it
   */
  public synchronized List<String> delete(String tenant, InstanceRole role) {
    List<InstanceConfig> members = members(instances(role), tenant);
    if (members.isEmpty()) {
      throw noTenant(tenant, role);
    }
    Set<String> tags = tagsOf(tenant, role);
    List<String> tables =
        catalog.tables().stream()
            .map(TableState::config)
            .filter(config -> tagsUsedBy(config, role).stream().anyMatch(tags::contains))
            .map(TableConfig::nameWithType)
            .sorted()
            .toList();
    if (!tables.isEmpty()) {
      throw new RequestRefusedException(
          CONFLICT,
          "Tenant %s is used by tables %s: give them another tenant, or delete them"
              .formatted(tenant, tables));
    }
    for (InstanceConfig member : members) {
      List<String> left = member.tags().stream().filter(tag -> !tags.contains(tag)).toList();
      orders.tag(member.id(), left);
    }
    return names(members);
  }

  private List<String> claim(
      String tenant, InstanceRole role, Size size, List<InstanceConfig> all) {
    List<InstanceConfig> free = free(role, all);
    if (free.size() < size.count()) {
      throw new RequestRefusedException(
          CONFLICT,
          "%d %ss are asked for, %d are free: %s; there are %s. Start more, or take tags away with PUT /instances/{id}/updateTags"
              .formatted(
                  size.count(),
                  role.name().toLowerCase(Locale.ROOT),
                  free.size(),
                  names(free),
                  all.isEmpty()
                      ? "none at all"
                      : all.stream()
                          .map(instance -> instance.id() + " with " + instance.tags())
                          .collect(joining(", "))));
    }
    List<InstanceConfig> taken = free.subList(0, size.count());
    for (int index = 0; index < taken.size(); index++) {
      orders.tag(taken.get(index).id(), tags(tenant, role, size, index));
    }
    return names(taken);
  }

  private static List<String> tags(String tenant, InstanceRole role, Size size, int index) {
    if (role == InstanceRole.BROKER) {
      return List.of(tenant + "_BROKER");
    }
    List<String> tags = new ArrayList<>();
    if (index < size.offline()) {
      tags.add(tenant + "_OFFLINE");
    }
    if (index >= size.count() - size.realtime()) {
      tags.add(tenant + "_REALTIME");
    }
    return tags;
  }

  /** Live ones: first those without tags, then those that the default tenant can do without. */
  private List<InstanceConfig> free(InstanceRole role, List<InstanceConfig> all) {
    Set<String> live = new HashSet<>(store.children(ClusterPaths.LIVE));
    List<InstanceConfig> free =
        new ArrayList<>(
            all.stream()
                .filter(instance -> live.contains(instance.id()))
                .filter(instance -> instance.tags().stream().allMatch(TenantDesk::isUntagged))
                .toList());
    List<InstanceConfig> ofDefault =
        all.stream()
            .filter(instance -> live.contains(instance.id()) && !free.contains(instance))
            .filter(
                instance ->
                    instance.tags().stream()
                        .allMatch(tag -> isUntagged(tag) || tagsOf(DEFAULT, role).contains(tag)))
            .toList();
    int needed =
        catalog.tables().stream()
            .map(TableState::config)
            .filter(
                config ->
                    tagsUsedBy(config, role).stream().anyMatch(tagsOf(DEFAULT, role)::contains))
            .mapToInt(config -> role == InstanceRole.BROKER ? 1 : config.replication())
            .max()
            .orElse(0);
    free.addAll(ofDefault.subList(Math.min(needed, ofDefault.size()), ofDefault.size()));
    return free;
  }

  private static boolean isUntagged(String tag) {
    return tag.equals("server_untagged") || tag.equals("broker_untagged");
  }

  /** Every one that was ever there, with the tags that count now, by id. */
  private List<InstanceConfig> instances(InstanceRole role) {
    return store.children(ClusterPaths.INSTANCES).stream()
        .flatMap(id -> store.get(ClusterPaths.instance(id)).stream())
        .map(node -> ClusterJson.read(node.data(), InstanceConfig.class))
        .filter(instance -> instance.role() == role)
        .map(
            instance ->
                store
                    .get(ClusterPaths.order(instance.id()))
                    .map(node -> ClusterJson.read(node.data(), InstanceOrder.class))
                    .flatMap(InstanceOrder::tags)
                    .map(instance::withTags)
                    .orElse(instance))
        .toList();
  }

  private static List<InstanceConfig> members(List<InstanceConfig> instances, String tenant) {
    return instances.stream()
        .filter(
            instance ->
                instance.tags().stream()
                    .anyMatch(tag -> tagsOf(tenant, instance.role()).contains(tag)))
        .toList();
  }

  private static List<InstanceConfig> with(List<InstanceConfig> instances, String tag) {
    return instances.stream().filter(instance -> instance.tags().contains(tag)).toList();
  }

  private static Set<String> tagsOf(String tenant, InstanceRole role) {
    return role == InstanceRole.BROKER
        ? Set.of(tenant + "_BROKER")
        : Set.of(tenant + "_OFFLINE", tenant + "_REALTIME");
  }

  private static Set<String> tagsUsedBy(TableConfig config, InstanceRole role) {
    return role == InstanceRole.BROKER
        ? Set.of(config.brokerTenant() + "_BROKER")
        : config.placement().tags();
  }

  private static List<String> names(List<InstanceConfig> instances) {
    return List.copyOf(new TreeSet<>(instances.stream().map(InstanceConfig::id).toList()));
  }

  private static void requireName(String tenant) {
    if (!tenant.matches("[A-Za-z0-9.-][A-Za-z0-9._-]*")) {
      throw new RequestRefusedException(
          INVALID,
          "tenantName: '%s', expected letters, digits, '.', '-' and '_'".formatted(tenant));
    }
  }

  private static RequestRefusedException noTenant(String tenant, InstanceRole role) {
    return new RequestRefusedException(
        NOT_FOUND,
        "No %s has a tag of tenant %s".formatted(role.name().toLowerCase(Locale.ROOT), tenant));
  }
}
