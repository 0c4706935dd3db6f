package io.gamay.query.reuse;

import io.gamay.query.plan.ServerPlan;
import io.gamay.query.wire.PlanCodec;
import java.util.Arrays;

/**
 * A plan as it travels: names and types are resolved against a version of the schema, literals are
 * values, the dialect and what may be null stand in the types. So plans of the same bytes answer
 * the same over the same rows.
 */
final class PlanBytes {

  private final byte[] bytes;
  private final int hash;

  private PlanBytes(byte[] bytes) {
    this.bytes = bytes;
    this.hash = Arrays.hashCode(bytes);
  }

  static PlanBytes of(ServerPlan plan) {
    return new PlanBytes(PlanCodec.encode(plan));
  }

  int length() {
    return bytes.length;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof PlanBytes that
            && hash == that.hash
            && Arrays.equals(bytes, that.bytes));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
