package io.gamay.controller.health;

import io.gamay.cluster.assignment.InstanceGroups;
import io.gamay.cluster.segment.SegmentName;
import java.util.List;
import java.util.Optional;

/** What other rooms of the leading controller know of a table. Answers at once. */
public interface LeaderMemory {

  /** Why the commit of a segment does not get on; empty when it does. */
  String commitTrouble(String tableId, SegmentName segment);

  /** Why the stream cannot be asked about the table; empty when it can. */
  Optional<String> streamTrouble(String tableId);

  /** Consumers whose positions Kafka's logs do not hold. */
  List<StreamWatch.LogBreach> logBreaches(String tableId);

  /** Why the deep store cannot be looked at; empty when it can. */
  Optional<String> deepStoreTrouble();

  /** Flaws of the deep store's copies. */
  List<ObjectFlaw> objectFlaws(String tableId);

  /** How many objects of the table no segment names any more. */
  int orphanedObjects(String tableId);

  /** How far the table's rebalance is, if one is under way. */
  Optional<String> rebalance(String tableId);

  /** The servers that were chosen for the table when they were looked after last. */
  InstanceGroups chosenServers(String tableId);

  /** What is being repaired of a segment or partition now, for a person. */
  Optional<String> repair(String tableId, int partition, Optional<String> segment);

  /**
   * @param isMissing whether the object is not there at all
   */
  record ObjectFlaw(SegmentName segment, boolean isMissing, String reason) {}
}
