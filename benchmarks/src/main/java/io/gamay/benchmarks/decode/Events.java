package io.gamay.benchmarks.decode;

import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** Made-up events of twelve fields, about 247 bytes as JSON, and the columns they go to. */
final class Events {

  static final int COUNT = 4_096;

  /** In the order of a schema: dimensions, then metrics, then times. */
  static final List<ColumnSpec> COLUMNS =
      List.of(
          ColumnSpec.dimension("user_id", DataType.LONG),
          ColumnSpec.dimension("session_id", DataType.STRING),
          ColumnSpec.dimension("country", DataType.STRING),
          ColumnSpec.dimension("city", DataType.STRING),
          ColumnSpec.dimension("device", DataType.STRING),
          ColumnSpec.dimension("event_type", DataType.STRING),
          ColumnSpec.dimension("url", DataType.STRING),
          ColumnSpec.dimension("quantity", DataType.INT),
          ColumnSpec.dimension("latency_ms", DataType.INT),
          ColumnSpec.dimension("tags", DataType.STRING).asMultiValue(),
          ColumnSpec.dimension("amount", DataType.DOUBLE),
          ColumnSpec.dimension("ts", DataType.LONG));

  private static final String[] COUNTRIES = {"US", "IN", "CN", "BR", "DE", "GB", "FR", "JP", "NL"};
  private static final String[] DEVICES = {"mobile", "desktop", "tablet", "tv", "watch"};
  private static final String[] TYPES = {
    "view", "click", "search", "scroll", "add_to_cart", "login", "purchase", "logout", "review"
  };
  private static final String[] PLACES = {"product", "cart", "blog", "category", "help"};

  private Events() {}

  /**
   * One event.
   *
   * @param cents of the amount
   */
  record Event(
      long ts,
      long userId,
      String sessionId,
      String country,
      String city,
      String device,
      String eventType,
      String url,
      int cents,
      int quantity,
      int latencyMillis,
      List<String> tags) {

    byte[] toJson() {
      String quotedTags = tags.isEmpty() ? "" : "\"" + String.join("\",\"", tags) + "\"";
      return ("{\"ts\":%d,\"user_id\":%d,\"session_id\":\"%s\",\"country\":\"%s\",\"city\":\"%s\","
              + "\"device\":\"%s\",\"event_type\":\"%s\",\"url\":\"%s\",\"amount\":%d.%02d,"
              + "\"quantity\":%d,\"latency_ms\":%d,\"tags\":[%s]}")
          .formatted(
              ts,
              userId,
              sessionId,
              country,
              city,
              device,
              eventType,
              url,
              cents / 100,
              cents % 100,
              quantity,
              latencyMillis,
              quotedTags)
          .getBytes(StandardCharsets.UTF_8);
    }
  }

  static Event[] generate() {
    SplittableRandom random = new SplittableRandom(20_260_101);
    Event[] events = new Event[COUNT];
    for (int index = 0; index < COUNT; index++) {
      events[index] = event(index, random);
    }
    return events;
  }

  static byte[][] json(Event[] events) {
    byte[][] records = new byte[events.length][];
    for (int index = 0; index < events.length; index++) {
      records[index] = events[index].toJson();
    }
    return records;
  }

  private static Event event(int index, SplittableRandom random) {
    String country = COUNTRIES[skewed(COUNTRIES.length, random)];
    int tagCount = random.nextInt(5);
    String[] tags = new String[tagCount];
    for (int tag = 0; tag < tagCount; tag++) {
      tags[tag] = "tag_%03d".formatted(skewed(200, random));
    }
    return new Event(
        1_780_000_000_000L + index * 86L + random.nextInt(6_000),
        skewed(1_000_000, random),
        "s-%016x".formatted(random.nextLong()),
        country,
        "%s_city_%02d".formatted(country.toLowerCase(Locale.ROOT), skewed(40, random)),
        DEVICES[skewed(DEVICES.length, random)],
        TYPES[skewed(TYPES.length, random)],
        "/%s/%d/details".formatted(PLACES[skewed(5, random)], skewed(50_000, random)),
        1 + skewed(20_000, random),
        1 + random.nextInt(99),
        1 + skewed(2_000, random),
        List.of(tags));
  }

  /** In [0, bound), small ones more often. */
  private static int skewed(int bound, SplittableRandom random) {
    double uniform = random.nextDouble();
    return (int) (bound * uniform * uniform);
  }
}
