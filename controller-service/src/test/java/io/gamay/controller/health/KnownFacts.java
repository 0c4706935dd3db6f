package io.gamay.controller.health;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.controller.health.StreamWatch.LogBreach;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A leader's memory that a test fills. */
final class KnownFacts implements LeaderMemory {

  final Map<SegmentName, String> commitTroubles = new HashMap<>();
  final List<LogBreach> breaches = new ArrayList<>();
  final List<ObjectFlaw> flaws = new ArrayList<>();
  String streamTrouble = "";
  String deepStoreTrouble = "";
  String repair = "";
  String rebalance = "";
  InstanceGroups chosen = InstanceGroups.NONE;
  int orphans;

  @Override
  public String commitTrouble(String tableId, SegmentName segment) {
    return commitTroubles.getOrDefault(segment, "");
  }

  @Override
  public Optional<String> streamTrouble(String tableId) {
    return Optional.of(streamTrouble).filter(text -> !text.isEmpty());
  }

  @Override
  public List<LogBreach> logBreaches(String tableId) {
    return breaches;
  }

  @Override
  public Optional<String> deepStoreTrouble() {
    return Optional.of(deepStoreTrouble).filter(text -> !text.isEmpty());
  }

  @Override
  public List<ObjectFlaw> objectFlaws(String tableId) {
    return flaws;
  }

  @Override
  public int orphanedObjects(String tableId) {
    return orphans;
  }

  @Override
  public Optional<String> rebalance(String tableId) {
    return Optional.of(rebalance).filter(text -> !text.isEmpty());
  }

  @Override
  public InstanceGroups chosenServers(String tableId) {
    return chosen;
  }

  @Override
  public Optional<String> repair(String tableId, int partition, Optional<String> segment) {
    return Optional.of(repair).filter(text -> !text.isEmpty());
  }
}
