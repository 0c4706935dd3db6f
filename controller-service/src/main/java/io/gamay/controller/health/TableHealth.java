package io.gamay.controller.health;

import java.time.Instant;
import java.util.List;

/**
 * How a table stands.
 *
 * @param table with its type
 * @param checkedAt when the servers were asked last
 * @param findings the worst first; at most {@link #MAX_FINDINGS}
 * @param findingsLeftOut how many more there are
 * @param serversFailingToRespond live servers whose word is missing in here
 */
public record TableHealth(
    String table,
    HealthState state,
    Instant checkedAt,
    List<Finding> findings,
    int findingsLeftOut,
    List<String> serversFailingToRespond) {

  static final int MAX_FINDINGS = 500;

  public TableHealth {
    findings = List.copyOf(findings);
    serversFailingToRespond = List.copyOf(serversFailingToRespond);
  }
}
