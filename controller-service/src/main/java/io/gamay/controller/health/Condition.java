package io.gamay.controller.health;

import io.gamay.cluster.segment.SegmentName;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something found at one look.
 *
 * @param subject what it is about
 * @param severity if it lasts
 */
record Condition(FindingKind kind, Severity severity, Subject subject, String reason) {

  /**
   * A table, or a part of it. Empty where it is about all.
   *
   * @param segment with it goes its partition
   */
  record Subject(OptionalInt partition, Optional<String> segment, Optional<String> instance) {

    static final Subject TABLE =
        new Subject(OptionalInt.empty(), Optional.empty(), Optional.empty());

    static Subject partition(int partition) {
      return new Subject(OptionalInt.of(partition), Optional.empty(), Optional.empty());
    }

    static Subject segment(SegmentName segment) {
      return new Subject(
          OptionalInt.of(segment.partition()), Optional.of(segment.toString()), Optional.empty());
    }

    static Subject instance(String instance) {
      return new Subject(OptionalInt.empty(), Optional.empty(), Optional.of(instance));
    }

    Subject on(String server) {
      return new Subject(partition, segment, Optional.of(server));
    }
  }

  static Condition of(FindingKind kind, Subject subject, String reason) {
    return new Condition(kind, kind.severity(), subject, reason);
  }

  Condition as(Severity other) {
    return new Condition(kind, other, subject, reason);
  }
}
