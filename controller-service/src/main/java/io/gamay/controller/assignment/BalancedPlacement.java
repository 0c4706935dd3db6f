package io.gamay.controller.assignment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Spreads replicas evenly over servers: their numbers differ by one at most. A server keeps what it
 * has up to its fair share, those that the units rank it first for; what remains goes, unit by
 * unit, to the server that the unit ranks first among those with room. So what is decided for a
 * unit does not depend on which others have come true already, but where an exchange was needed to
 * keep the replicas of a unit apart. Pure, given that what it is asked is; not thread-safe, for one
 * use.
 */
final class BalancedPlacement {

  private static final int NONE = -1;

  private final List<String> servers;
  private final long[] serverHashes;
  private final List<Unit> units = new ArrayList<>();
  private final int[] loads;

  /** Servers have this many replicas, and so many of them one more. */
  private int fairShare;

  private int extras;

  /**
   * @param key that ranks the servers
   * @param replicas where each is to be: a server's index, or {@link #NONE} where it is not known
   *     yet or pinned
   * @param pinned what stays on servers that are away, by place
   * @param isNew whether the server of a place was given in this placement
   */
  private record Unit(long key, int[] replicas, Map<Integer, String> pinned, boolean[] isNew) {

    boolean isOn(int server) {
      for (int replica : replicas) {
        if (replica == server) {
          return true;
        }
      }
      return false;
    }

    /** The place itself if it is free, else the first that is; {@link #NONE} if none is. */
    int nextFree(int wanted) {
      if (wanted < replicas.length && isFree(wanted)) {
        return wanted;
      }
      for (int place = 0; place < replicas.length; place++) {
        if (isFree(place)) {
          return place;
        }
      }
      return NONE;
    }

    private boolean isFree(int place) {
      return replicas[place] == NONE && !pinned.containsKey(place);
    }
  }

  /**
   * @param servers that may be given replicas, sorted
   */
  BalancedPlacement(List<String> servers) {
    this.servers = servers;
    this.loads = new int[servers.size()];
    this.serverHashes = servers.stream().mapToLong(BalancedPlacement::hash).toArray();
  }

  /**
   * @param keys by which the units differ, in the order in which they are decided
   * @param present where each is now, by unit
   * @param replication how many replicas each is to have; there are fewer where servers are
   * @param mayStay whether a server that may be given nothing keeps what it has
   * @return where each is to be, by unit: what stays in the place that it has
   */
  List<List<String>> place(
      List<Long> keys, List<List<String>> present, int replication, Predicate<String> mayStay) {
    keep(keys, present, replication, mayStay);
    fill();
    return units.stream().map(this::names).toList();
  }

  private void keep(
      List<Long> keys, List<List<String>> present, int replication, Predicate<String> mayStay) {
    Map<String, Integer> indexes = new HashMap<>();
    for (int server = 0; server < servers.size(); server++) {
      indexes.put(servers.get(server), server);
    }
    Map<String, Boolean> staying = new HashMap<>();
    long total = 0;
    for (int unit = 0; unit < keys.size(); unit++) {
      total += add(mix(keys.get(unit)), present.get(unit), replication, indexes, staying, mayStay);
    }
    if (servers.isEmpty()) {
      return;
    }
    fairShare = (int) (total / servers.size());
    extras = (int) (total % servers.size());
    List<List<Held>> heldBy = heldBy(present, indexes);
    for (int server = 0; server < heldBy.size(); server++) {
      keep(server, heldBy.get(server));
    }
  }

  /**
   * A replica that may stay where it is.
   *
   * @param rank of those that a server holds the first ones stay
   */
  private record Held(int unit, int place, long rank) {}

  private List<List<Held>> heldBy(List<List<String>> present, Map<String, Integer> indexes) {
    List<List<Held>> heldBy = new ArrayList<>();
    servers.forEach(_ -> heldBy.add(new ArrayList<>()));
    for (int number = 0; number < units.size(); number++) {
      Unit unit = units.get(number);
      int room = unit.replicas().length - unit.pinned().size();
      for (int place = 0; place < present.get(number).size() && room > 0; place++) {
        Integer server = indexes.get(present.get(number).get(place));
        if (server != null) {
          heldBy.get(server).add(new Held(number, place, rank(unit, server)));
          room--;
        }
      }
    }
    return heldBy;
  }

  private void keep(int server, List<Held> held) {
    if (held.size() > fairShare) {
      held.sort(Comparator.comparingLong(Held::rank).reversed());
    }
    for (Held replica : held) {
      if (!hasRoom(server)) {
        return;
      }
      take(server);
      Unit unit = units.get(replica.unit());
      unit.replicas()[unit.nextFree(replica.place())] = server;
    }
  }

  /** Adds a unit with what is pinned. Returns how many replicas are to be placed. */
  private int add(
      long key,
      List<String> present,
      int replication,
      Map<String, Integer> indexes,
      Map<String, Boolean> staying,
      Predicate<String> mayStay) {
    Map<Integer, String> pinned = Map.of();
    int count = Math.min(replication, servers.size());
    if (!indexes.keySet().containsAll(present)) {
      List<String> pins =
          present.stream()
              .filter(server -> !indexes.containsKey(server))
              .filter(server -> staying.computeIfAbsent(server, mayStay::test))
              .limit(replication)
              .toList();
      count = Math.min(replication, pins.size() + servers.size());
      pinned = pinned(pins, present, count);
    }
    int[] replicas = new int[count];
    Arrays.fill(replicas, NONE);
    units.add(new Unit(key, replicas, pinned, new boolean[count]));
    return count - pinned.size();
  }

  /** Each in its place, or in the next that is free if there is no such place. */
  private static Map<Integer, String> pinned(List<String> pins, List<String> present, int count) {
    Map<Integer, String> pinned = new HashMap<>();
    for (String pin : pins) {
      int place = present.indexOf(pin) % count;
      while (pinned.containsKey(place)) {
        place = (place + 1) % count;
      }
      pinned.put(place, pin);
    }
    return pinned;
  }

  private boolean hasRoom(int server) {
    return loads[server] < fairShare || (loads[server] == fairShare && extras > 0);
  }

  private void take(int server) {
    if (loads[server] == fairShare) {
      extras--;
    }
    loads[server]++;
  }

  private void fill() {
    List<Unit> lacking = units.stream().filter(unit -> unit.nextFree(0) != NONE).toList();
    int[] lackingOn = new int[servers.size()];
    lacking.forEach(unit -> count(unit, lackingOn, 1));
    int left = lacking.size();
    for (Unit unit : lacking) {
      int[] before = unit.replicas().clone();
      for (int place = unit.nextFree(0); place != NONE; place = unit.nextFree(0)) {
        int best = best(unit, left, lackingOn);
        if (best == NONE) {
          exchange(unit, place);
          continue;
        }
        take(best);
        unit.replicas()[place] = best;
        unit.isNew()[place] = true;
      }
      for (int server : before) {
        if (server != NONE) {
          lackingOn[server]--;
        }
      }
      left--;
    }
  }

  private long rank(Unit unit, int server) {
    return mix(unit.key() ^ serverHashes[server]);
  }

  private static void count(Unit unit, int[] on, int by) {
    for (int server : unit.replicas()) {
      if (server != NONE) {
        on[server] += by;
      }
    }
  }

  /**
   * The server that takes a unit's replica: one that needs every unit that is left to come to its
   * share, otherwise the one that the unit ranks first.
   *
   * @param left units that lack replicas, this one included
   * @param lackingOn by server, how many of them it has
   */
  private int best(Unit unit, int left, int[] lackingOn) {
    int best = NONE;
    boolean isBestNeeded = false;
    long bestRank = 0;
    for (int server = 0; server < loads.length; server++) {
      if (!hasRoom(server) || unit.isOn(server)) {
        continue;
      }
      boolean isNeeded = fairShare - loads[server] >= left - lackingOn[server];
      long rank = rank(unit, server);
      boolean isBetter = isNeeded == isBestNeeded ? rank > bestRank : isNeeded;
      if (best == NONE || isBetter) {
        best = server;
        isBestNeeded = isNeeded;
        bestRank = rank;
      }
    }
    return best;
  }

  /**
   * Only servers that have the unit already have room: another unit gives up its place to this one
   * and goes there. There is one, since a full server has at least as much as one with room, and so
   * something that that one has not.
   */
  private void exchange(Unit lacking, int place) {
    for (boolean onlyNew : new boolean[] {true, false}) {
      for (int server = 0; server < loads.length; server++) {
        if (hasRoom(server) && exchange(lacking, place, server, onlyNew)) {
          return;
        }
      }
    }
    throw new IllegalStateException(
        "no server for a replica of a unit that " + loads.length + " share");
  }

  private boolean exchange(Unit lacking, int place, int withRoom, boolean onlyNew) {
    for (Unit other : units) {
      for (int replica = 0; replica < other.replicas().length; replica++) {
        int server = other.replicas()[replica];
        boolean isFit =
            server != NONE
                && (!onlyNew || other.isNew()[replica])
                && !lacking.isOn(server)
                && !other.isOn(withRoom);
        if (isFit) {
          take(withRoom);
          other.replicas()[replica] = withRoom;
          lacking.replicas()[place] = server;
          lacking.isNew()[place] = true;
          return true;
        }
      }
    }
    return false;
  }

  private List<String> names(Unit unit) {
    List<String> names = new ArrayList<>(unit.replicas().length);
    for (int place = 0; place < unit.replicas().length; place++) {
      int server = unit.replicas()[place];
      String name = server == NONE ? unit.pinned().get(place) : servers.get(server);
      if (name != null) {
        names.add(name);
      }
    }
    return names;
  }

  /** How much a unit prefers a server; every unit another one. */
  static long rank(long key, String server) {
    return mix(mix(key) ^ hash(server));
  }

  private static long hash(String text) {
    long hash = 0x9E3779B97F4A7C15L;
    for (int index = 0; index < text.length(); index++) {
      hash = mix(hash ^ text.charAt(index));
    }
    return hash;
  }

  /** Spreads every bit over all of them. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
