package io.gamay.cluster.table;

import io.gamay.cluster.table.StreamConfig.Decoder;
import io.gamay.cluster.table.StreamConfig.StartOffset;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one map of stream settings, whichever of its two homes it was found in. */
final class StreamReader {

  private static final String KAFKA = "stream.kafka.";
  private static final String CONSUMER_PROPERTY = KAFKA + "consumer.prop.";
  private static final String START = CONSUMER_PROPERTY + "auto.offset.reset";
  private static final String ISOLATION = KAFKA + "isolation.level";
  private static final Duration DEFAULT_FETCH_TIMEOUT = Duration.ofSeconds(5);

  /** Properties of the consumer that consumption itself sets. */
  private static final Set<String> OWNED_PROPERTIES =
      Set.of(
          "allow.auto.create.topics",
          "bootstrap.servers",
          "client.id",
          "group.id",
          "group.instance.id",
          "interceptor.classes",
          "enable.auto.commit",
          "auto.commit.interval.ms",
          "key.deserializer",
          "value.deserializer");

  /** Beginnings of Kafka's property names that may stand among the stream settings. */
  private static final Set<String> RAW_PREFIXES = Set.of("security.", "sasl.", "ssl.");

  /** Kafka's properties that may stand among the stream settings, and are whole numbers. */
  private static final Set<String> NUMBER_PROPERTIES =
      Set.of(
          "connections.max.idle.ms",
          "default.api.timeout.ms",
          "fetch.max.bytes",
          "fetch.max.wait.ms",
          "fetch.min.bytes",
          "max.partition.fetch.bytes",
          "max.poll.interval.ms",
          "max.poll.records",
          "metadata.max.age.ms",
          "receive.buffer.bytes",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "request.timeout.ms",
          "retry.backoff.max.ms",
          "retry.backoff.ms",
          "send.buffer.bytes",
          "socket.connection.setup.timeout.max.ms",
          "socket.connection.setup.timeout.ms");

  /** Those of them that Kafka keeps in 64 bits. */
  private static final Set<String> LONG_PROPERTIES =
      Set.of(
          "connections.max.idle.ms",
          "metadata.max.age.ms",
          "reconnect.backoff.max.ms",
          "reconnect.backoff.ms",
          "retry.backoff.max.ms",
          "retry.backoff.ms",
          "socket.connection.setup.timeout.max.ms",
          "socket.connection.setup.timeout.ms");

  /** Those that are text. */
  private static final Set<String> TEXT_PROPERTIES =
      Set.of("check.crcs", "client.dns.lookup", "client.rack");

  private final ConfigObject map;
  private final SchemaDefinition schema;
  private final Set<String> computed;

  /**
   * @param computed columns that transforms fill
   */
  StreamReader(ConfigObject map, SchemaDefinition schema, Set<String> computed) {
    this.map = map;
    this.schema = schema;
    this.computed = computed;
  }

  /** Empty, with problems, if the settings cannot be used. */
  Optional<StreamConfig> read() {
    Optional<String> type = map.requiredText("streamType", "kafka");
    if (type.isPresent() && !type.get().equals("kafka")) {
      map.problem("streamType", "stream type '" + type.get() + "' is not supported yet", "kafka");
      return Optional.empty();
    }
    Optional<String> topic = map.requiredText(KAFKA + "topic.name", "");
    Optional<String> brokers = map.requiredText(KAFKA + "broker.list", "host:port,host:port");
    StartOffset start = readStart();
    Optional<Decoder> decoder = new DecoderReader(map, schema, computed).read();
    checkConsumer();
    boolean readCommitted = readIsolation();
    Duration fetchTimeout =
        map.findings()
            .indecisively(() -> map.period(KAFKA + "fetch.timeout.millis"))
            .orElse(DEFAULT_FETCH_TIMEOUT);
    refuseWhatChangesAnswers();
    warnOfWhatHasNoEffect();
    Map<String, String> properties = readProperties();
    return topic.isPresent() && brokers.isPresent() && decoder.isPresent()
        ? Optional.of(
            new StreamConfig(
                topic.get(),
                brokers.get(),
                start,
                decoder.get(),
                readCommitted,
                properties,
                fetchTimeout))
        : Optional.empty();
  }

  private StartOffset readStart() {
    Optional<String> text = map.text(START).filter(written -> !written.isEmpty());
    if (text.isEmpty()) {
      return new StartOffset.Largest();
    }
    switch (text.get().toLowerCase(Locale.ROOT)) {
      case "smallest", "earliest" -> {
        return new StartOffset.Smallest();
      }
      case "largest", "latest" -> {
        return new StartOffset.Largest();
      }
      default -> {}
    }
    Optional<StartOffset> start =
        parseInstant(text.get())
            .<StartOffset>map(StartOffset.At::new)
            .or(() -> PeriodText.parse(text.get()).map(StartOffset.Back::new));
    if (start.isEmpty()) {
      map.problem(
          START,
          "'" + text.get() + "' is not a place to start at",
          "smallest, largest, a period like 2d, or a moment like 2026-01-31T00:00:00Z");
    }
    return start.orElse(new StartOffset.Largest());
  }

  /** A bare number is milliseconds since 1970. */
  private static Optional<Instant> parseInstant(String text) {
    try {
      return Optional.of(
          text.chars().allMatch(Character::isDigit)
              ? Instant.ofEpochMilli(Long.parseLong(text))
              : OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void checkConsumer() {
    String factory = KAFKA + "consumer.factory.class.name";
    map.text(factory)
        .map(StreamReader::simpleName)
        .filter(name -> !name.equals("KafkaConsumerFactory"))
        .ifPresent(
            name ->
                map.problem(
                    factory, "'" + name + "' is not a consumer factory", "KafkaConsumerFactory"));
    String type = KAFKA + "consumer.type";
    map.text(type)
        .filter(written -> !written.equalsIgnoreCase("lowlevel"))
        .ifPresent(
            written ->
                map.problem(type, "consumer type '" + written + "' is not supported", "lowlevel"));
  }

  static String simpleName(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  private boolean readIsolation() {
    String key = map.has(ISOLATION) ? ISOLATION : CONSUMER_PROPERTY + "isolation.level";
    Optional<String> text = map.text(key);
    if (text.isEmpty()) {
      return true;
    }
    return switch (text.get().toLowerCase(Locale.ROOT)) {
      case "read_committed" -> true;
      case "read_uncommitted" -> false;
      default -> {
        map.problem(
            key,
            "'" + text.get() + "' is not an isolation level",
            "read_committed or read_uncommitted");
        yield true;
      }
    };
  }

  private void refuseWhatChangesAnswers() {
    map.refuse("it adds fields to every record", KAFKA + "metadata.populate");
    map.refuse("only a part of the topic would be read", KAFKA + "partition.ids");
    map.refuse(
        "it would skip records",
        "realtime.segment.offsetAutoReset.enable",
        "realtime.segment.isBackfillTopic",
        "isBackfillTopic");
  }

  private void warnOfWhatHasNoEffect() {
    map.withoutEffect(
        "consumption is not slowed down yet",
        "topic.consumption.rate.limit",
        "partition.consumption.rate.limit");
    map.withoutEffect("the commit has its own deadlines", "realtime.segment.commit.timeoutSeconds");
    map.withoutEffect(
        "offsets are never reset by themselves",
        "realtime.segment.offsetAutoReset.offsetThreshold",
        "realtime.segment.offsetAutoReset.timeThresholdSeconds");
    map.withoutEffect(
        "use Kafka's own property names",
        KAFKA + "connection.timeout.millis",
        KAFKA + "idle.timeout.millis",
        KAFKA + "buffer.size",
        KAFKA + "socket.timeout");
    map.withoutEffect(
        "ZooKeeper is not asked for Kafka's brokers",
        KAFKA + "hlc.zk.connect.string",
        KAFKA + "zk.broker.url");
    map.accept("realtime.segment.serverUploadToDeepStore"); // servers always do
  }

  private Map<String, String> readProperties() {
    Map<String, String> properties = new LinkedHashMap<>();
    for (String key : map.keys()) {
      if (key.startsWith(CONSUMER_PROPERTY)) {
        readProperty(key, key.substring(CONSUMER_PROPERTY.length()), properties::put);
      } else if (isRawProperty(key)) {
        readProperty(key, key, properties::put);
      }
    }
    return properties;
  }

  private interface PropertySink {
    void put(String name, String value);
  }

  private void readProperty(String key, String name, PropertySink sink) {
    if (name.equals("auto.offset.reset") || name.equals("isolation.level")) {
      return; // read already
    }
    if (OWNED_PROPERTIES.contains(name)) {
      map.withoutEffect("consumption sets " + name + " itself", key);
      return;
    }
    if (NUMBER_PROPERTIES.contains(name)) {
      map.findings()
          .indecisively(() -> map.whole(key, least(name), most(name)))
          .ifPresent(number -> sink.put(name, Long.toString(number)));
      return;
    }
    if (!isKafkaProperty(name)) {
      map.warning(
          key,
          "is passed on to Kafka, which may not know it",
          NearestName.of(name, NUMBER_PROPERTIES)
              .map(near -> "did you mean '" + near + "'?")
              .orElse(""));
    }
    map.text(key).ifPresent(value -> sink.put(name, value));
  }

  private static long least(String property) {
    return switch (property) {
      case "connections.max.idle.ms" -> -1; // never closed
      case "receive.buffer.bytes", "send.buffer.bytes" -> -1; // what the system has
      case "max.poll.interval.ms", "max.poll.records" -> 1;
      default -> 0;
    };
  }

  private static long most(String property) {
    return LONG_PROPERTIES.contains(property) ? Long.MAX_VALUE : Integer.MAX_VALUE;
  }

  private static boolean isRawProperty(String key) {
    return isKafkaProperty(key) || OWNED_PROPERTIES.contains(key);
  }

  private static boolean isKafkaProperty(String name) {
    return NUMBER_PROPERTIES.contains(name)
        || TEXT_PROPERTIES.contains(name)
        || RAW_PREFIXES.stream().anyMatch(name::startsWith);
  }
}
