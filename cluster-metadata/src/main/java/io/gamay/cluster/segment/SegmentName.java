package io.gamay.cluster.segment;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Name of a realtime segment: {@code table__partition__sequence__creationTime}, the time as {@code
 * yyyyMMdd'T'HHmm'Z'} in UTC.
 *
 * @param table raw table name, without {@code __}
 * @param sequence 0 for the first segment of the partition, then one more each
 * @param creationTime as written in the name
 */
public record SegmentName(String table, int partition, int sequence, String creationTime) {

  private static final Pattern FORM = Pattern.compile("(.+?)__(\\d+)__(\\d+)__(\\d{8}T\\d{4}Z)");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmm'Z'").withZone(ZoneOffset.UTC);

  public SegmentName {
    if (table.contains("__") || partition < 0 || sequence < 0) {
      throw new IllegalArgumentException(
          "not a segment name: table %s, partition %d, sequence %d"
              .formatted(table, partition, sequence));
    }
  }

  public static SegmentName create(String table, int partition, int sequence, Instant now) {
    return new SegmentName(table, partition, sequence, TIME.format(now));
  }

  /**
   * @throws IllegalArgumentException if the text is not a segment name
   */
  public static SegmentName parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("not a segment name: " + text);
    }
    return new SegmentName(
        matcher.group(1),
        Integer.parseInt(matcher.group(2)),
        Integer.parseInt(matcher.group(3)),
        matcher.group(4));
  }

  @Override
  public String toString() {
    return table + "__" + partition + "__" + sequence + "__" + creationTime;
  }
}
