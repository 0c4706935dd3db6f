package io.gamay.cluster.table;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a table's rows come from.
 *
 * @param bootstrapServers Kafka's address, or {@link #BUILTIN_KAFKA}
 * @param startOffset where the first segment of a partition starts
 * @param decoder the form of the records
 * @param consumerProperties further properties of the Kafka consumer
 * @param fetchTimeout of one poll
 */
public record StreamConfig(
    String topic,
    String bootstrapServers,
    StartOffset startOffset,
    Decoder decoder,
    boolean readCommitted,
    Map<String, String> consumerProperties,
    Duration fetchTimeout) {

  /** Stands for the Kafka broker that a quickstart runs, whatever its port is today. */
  public static final String BUILTIN_KAFKA = "builtin:kafka";

  public StreamConfig {
    consumerProperties = Map.copyOf(consumerProperties);
  }

  /** The address to connect to. */
  public String resolvedBootstrapServers(String builtinKafka) {
    return bootstrapServers.equals(BUILTIN_KAFKA) ? builtinKafka : bootstrapServers;
  }

  /** The form of the records, with its settings. */
  public sealed interface Decoder {

    Decoder JSON = new Json();

    /** A JSON object per record. */
    record Json() implements Decoder {}

    /**
     * Avro's binary encoding, one schema for all records. Exactly one of the two is there.
     *
     * @param schema in JSON, checked
     * @param schemaFile a file on every server that holds it
     */
    record Avro(Optional<String> schema, Optional<URI> schemaFile) implements Decoder {
      public Avro {
        if (schema.isPresent() == schemaFile.isPresent()) {
          throw new IllegalArgumentException(
              "an Avro decoder has a schema, or a file that holds it");
        }
      }
    }

    /**
     * A line of separated values per record, RFC 4180 in its default form. All characters are
     * ASCII.
     *
     * @param header names of the cells; empty: the schema's columns in their order
     * @param quote around cells that hold special characters; doubled inside of them
     * @param escape before a special character
     * @param commentMarker at the beginning of a line that is none
     * @param multiValueDelimiter between the values of a cell of a multi-value column
     * @param nullText a cell that stands for no value, besides the empty one
     * @param skipsEmptyLines whether empty lines before and behind the row are passed over
     * @param trimsSpaces around cells without quotes
     */
    record Csv(
        List<String> header,
        char delimiter,
        Optional<Character> quote,
        Optional<Character> escape,
        Optional<Character> commentMarker,
        char multiValueDelimiter,
        Optional<String> nullText,
        boolean skipsEmptyLines,
        boolean trimsSpaces)
        implements Decoder {
      public Csv {
        header = List.copyOf(header);
      }
    }

    /**
     * The whole record is one value.
     *
     * @param column that it goes to: STRING, JSON or BYTES
     */
    record Raw(String column) implements Decoder {}
  }

  /** Where to begin in a partition that has no segment yet. */
  public sealed interface StartOffset {
    record Smallest() implements StartOffset {}

    record Largest() implements StartOffset {}

    /** The first record at or after a moment. */
    record At(Instant time) implements StartOffset {}

    /** The first record not older than this when the table is made. */
    record Back(Duration age) implements StartOffset {}
  }
}
