package io.gamay.cluster.report;

import java.util.List;

/**
 * How the indexes of one sealed segment stand on one server.
 *
 * @param isAsWanted whether they are those that the table's config asks for
 * @param isRebuilding whether they are being brought there, or wait for the next try
 * @param trouble why the last try failed; empty if it did not
 * @param indexes what stands for each, for a person
 */
public record IndexReport(
    String segment,
    boolean isAsWanted,
    boolean isRebuilding,
    String trouble,
    List<String> indexes) {

  public IndexReport {
    indexes = List.copyOf(indexes);
  }
}
