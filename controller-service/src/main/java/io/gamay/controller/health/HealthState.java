package io.gamay.controller.health;

import java.util.Collection;

/** The worst that there is to say of a table. */
public enum HealthState {
  GREEN,
  /** Something is WARNING. */
  YELLOW,
  /** Something is CRITICAL. */
  RED;

  static HealthState of(Collection<Finding> findings) {
    HealthState worst = GREEN;
    for (Finding finding : findings) {
      HealthState state =
          switch (finding.severity()) {
            case INFO -> GREEN;
            case WARNING -> YELLOW;
            case CRITICAL -> RED;
          };
      worst = state.compareTo(worst) > 0 ? state : worst;
    }
    return worst;
  }
}
