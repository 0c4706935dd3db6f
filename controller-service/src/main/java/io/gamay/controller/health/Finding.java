package io.gamay.controller.health;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Optional;

/**
 * One thing to say of a table.
 *
 * @param partition absent if it is not about one
 * @param instance the server concerned, if it is about one
 * @param since when the present leader saw it first
 * @param reason why, in a sentence
 * @param underway what happens by itself; empty if nothing does
 * @param advice what a person could do
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Finding(
    FindingKind kind,
    Severity severity,
    Optional<Integer> partition,
    Optional<String> segment,
    Optional<String> instance,
    Instant since,
    String reason,
    String underway,
    String advice) {}
