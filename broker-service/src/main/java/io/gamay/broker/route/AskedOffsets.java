package io.gamay.broker.route;

import io.gamay.cluster.view.ClusterView.TableView;
import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import io.gamay.query.offset.GivenOffsets;
import io.gamay.query.offset.OffsetToken;
import io.gamay.query.offset.TableOffsets;
import io.gamay.query.plan.OffsetOptions;
import io.gamay.segment.ledger.OffsetRange;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which offsets a query asks for, of the table that it is about.
 *
 * @param minimumEnds by partition: the answer covers all offsets below
 * @param asOf by partition, if the answer is to cover exactly some offsets; a partition that is not
 *     in it is not asked for
 * @param carried what the client was told by earlier answers; to be handed on
 */
public record AskedOffsets(
    NavigableMap<Integer, Long> minimumEnds,
    Optional<NavigableMap<Integer, Extent>> asOf,
    OffsetToken carried) {

  public AskedOffsets {
    minimumEnds = Collections.unmodifiableNavigableMap(new TreeMap<>(minimumEnds));
    asOf = asOf.map(extents -> Collections.unmodifiableNavigableMap(new TreeMap<>(extents)));
  }

  /**
   * The offsets wanted of one partition.
   *
   * @param start empty: wherever the partition begins
   */
  public record Extent(OptionalLong start, long end) {

    boolean isEmpty() {
      return end <= start.orElse(0);
    }
  }

  /**
   * @param carried token that came beside the query: what it says of other tables, or of earlier
   *     creations of this one, is of no account
   * @throws QueryException if an option's offsets are not those of this table
   */
  public static AskedOffsets of(OffsetOptions options, OffsetToken carried, TableView table) {
    NavigableMap<Integer, Long> minimum = new TreeMap<>();
    if (options.asOf().isPresent()) {
      NavigableMap<Integer, Extent> extents = extents(options.asOf().get(), table);
      extents.forEach(
          (partition, extent) -> {
            if (!extent.isEmpty()) {
              minimum.put(partition, extent.end());
            }
          });
      return new AskedOffsets(minimum, Optional.of(extents), carried);
    }
    options.minOffsets().ifPresent(given -> raise(minimum, ends("minOffsets", given, table)));
    options.token().ifPresent(token -> raise(minimum, ends(ofTable("offsetToken", token, table))));
    if (options.token().isEmpty()) {
      carried.of(table.tableId()).ifPresent(offsets -> raise(minimum, ends(offsets)));
    }
    return new AskedOffsets(minimum, Optional.empty(), options.token().orElse(carried));
  }

  /** By partition: rows from this offset on are not asked for. */
  public Map<Integer, Long> ends() {
    Map<Integer, Long> ends = new TreeMap<>();
    asOf.ifPresent(
        extents -> extents.forEach((partition, extent) -> ends.put(partition, extent.end())));
    return ends;
  }

  /** Behind the last offset that may be in an answer. */
  public long endOf(int partition) {
    if (asOf.isEmpty()) {
      return Long.MAX_VALUE;
    }
    Extent extent = asOf.get().get(partition);
    return extent == null ? 0 : extent.end();
  }

  /** What is asked for of parts. */
  public PartitionParts cut(PartitionParts parts) {
    return asOf.isEmpty() ? parts : parts.below(endOf(parts.partition()));
  }

  /**
   * Refuses a query that asks for what its table has no more.
   *
   * @param parts all that the table holds
   * @throws QueryException naming the range
   */
  public void requireHeld(List<PartitionParts> parts) {
    for (PartitionParts held : parts) {
      Extent extent = asOf.isEmpty() ? null : asOf.get().get(held.partition());
      if (extent == null || extent.isEmpty()) {
        continue;
      }
      boolean isGone = extent.start().orElse(extent.end()) < held.from();
      if (isGone) {
        OffsetRange gone =
            new OffsetRange(extent.start().orElse(0), Math.min(extent.end(), held.from()));
        throw new QueryException(
            QueryErrorCode.QUERY_VALIDATION,
            "option asOf asks for offsets that are no longer held: [%d, %d) of partition %d, which begins at %d now"
                .formatted(gone.start(), gone.end(), held.partition(), held.from()));
      }
    }
  }

  private static NavigableMap<Integer, Extent> extents(GivenOffsets given, TableView table) {
    NavigableMap<Integer, Extent> extents = new TreeMap<>();
    switch (given) {
      case GivenOffsets.OfToken(OffsetToken token) ->
          ofTable("asOf", token, table)
              .ranges()
              .forEach(
                  (partition, range) ->
                      extents.put(
                          partition, new Extent(OptionalLong.of(range.start()), range.end())));
      case GivenOffsets.Pairs(NavigableMap<Integer, Long> ends) -> {
        requireAll(ends, table);
        ends.forEach(
            (partition, end) -> extents.put(partition, new Extent(OptionalLong.empty(), end)));
      }
    }
    return extents;
  }

  /** A partition that was forgotten is not the same as one of which nothing is wanted. */
  private static void requireAll(NavigableMap<Integer, Long> ends, TableView table) {
    List<Integer> forgotten = new ArrayList<>(table.partitions().keySet());
    forgotten.removeAll(ends.keySet());
    if (!forgotten.isEmpty()) {
      throw new QueryException(
          QueryErrorCode.QUERY_VALIDATION,
          "option asOf names no offset of partition %d: name all partitions of table %s, or give the offsetToken of an answer"
              .formatted(forgotten.getFirst(), table.config().name()));
    }
  }

  private static Map<Integer, Long> ends(String option, GivenOffsets given, TableView table) {
    return switch (given) {
      case GivenOffsets.Pairs(NavigableMap<Integer, Long> ends) -> ends;
      case GivenOffsets.OfToken(OffsetToken token) -> ends(ofTable(option, token, table));
    };
  }

  /** Of partitions of which there was something to answer. */
  private static Map<Integer, Long> ends(TableOffsets offsets) {
    Map<Integer, Long> ends = new TreeMap<>();
    offsets
        .ranges()
        .forEach(
            (partition, range) -> {
              if (!range.isEmpty()) {
                ends.put(partition, range.end());
              }
            });
    return ends;
  }

  private static void raise(Map<Integer, Long> minimum, Map<Integer, Long> ends) {
    ends.forEach((partition, end) -> minimum.merge(partition, end, Math::max));
  }

  private static TableOffsets ofTable(String option, OffsetToken token, TableView table) {
    return token
        .of(table.tableId())
        .orElseThrow(
            () ->
                new QueryException(
                    QueryErrorCode.QUERY_VALIDATION,
                    "option %s is a token of %s, and table %s is %s: give the offsetToken of an answer about this table, as it is since it was created"
                        .formatted(
                            option,
                            token.tables().isEmpty()
                                ? "no table"
                                : token.tables().stream().map(TableOffsets::tableId).toList(),
                            table.config().name(),
                            table.tableId())));
  }
}
