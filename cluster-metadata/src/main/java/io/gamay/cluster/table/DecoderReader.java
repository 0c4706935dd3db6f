package io.gamay.cluster.table;

import io.gamay.cluster.table.StreamConfig.Decoder;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.DataType;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads which form a stream's records have, and that form's settings. */
final class DecoderReader {

  private static final String CLASS = "stream.kafka.decoder.class.name";
  private static final String PROPERTY = "stream.kafka.decoder.prop.";
  private static final String KNOWN =
      "JSONMessageDecoder, SimpleAvroMessageDecoder, CSVMessageDecoder or RawMessageDecoder";

  private static final char DEFAULT_MULTI_VALUE_DELIMITER = ';';

  private final ConfigObject map;
  private final SchemaDefinition schema;
  private final Set<String> computed;

  /**
   * @param map the stream's settings
   * @param schema of the table
   * @param computed columns that transforms fill
   */
  DecoderReader(ConfigObject map, SchemaDefinition schema, Set<String> computed) {
    this.map = map;
    this.schema = schema;
    this.computed = computed;
  }

  /** Empty, with problems, if the settings cannot be used. */
  Optional<Decoder> read() {
    Optional<String> className = map.requiredText(CLASS, "JSONMessageDecoder");
    if (className.isEmpty()) {
      return Optional.empty();
    }
    String simpleName = StreamReader.simpleName(className.get());
    return switch (simpleName) {
      case "JSONMessageDecoder", "KafkaJSONMessageDecoder" -> readJson();
      case "SimpleAvroMessageDecoder" -> readAvro();
      case "CSVMessageDecoder" -> readCsv();
      case "RawMessageDecoder", "raw" -> readRaw();
      default -> {
        map.problem(CLASS, "decoder '" + simpleName + "' is not supported yet", KNOWN);
        yield Optional.empty();
      }
    };
  }

  private Optional<Decoder> readJson() {
    map.keys().stream()
        .filter(key -> key.startsWith(PROPERTY))
        .forEach(key -> map.withoutEffect("the JSON decoder has no settings", key));
    return Optional.of(Decoder.JSON);
  }

  // -- Avro

  private Optional<Decoder> readAvro() {
    String textKey = PROPERTY + "schema";
    String fileKey = PROPERTY + "schema.file";
    Optional<String> text = map.text(textKey).filter(written -> !written.isEmpty());
    Optional<String> file = map.text(fileKey).filter(written -> !written.isEmpty());
    if (text.isPresent() && file.isPresent()) {
      map.problem(fileKey, "the Avro schema is given twice", "keep " + textKey);
      return Optional.empty();
    }
    if (file.isPresent()) {
      return readFile(fileKey, file.get())
          .map(uri -> new Decoder.Avro(Optional.empty(), Optional.of(uri)));
    }
    if (text.isEmpty()) {
      if (!map.any(textKey).map(JsonNode::isContainer).orElse(false)) {
        map.problem(
            textKey, "is required", "the schema that the records were written with, as text");
      }
      return Optional.empty();
    }
    Optional<Schema> avro = parseAvro(textKey, text.get());
    avro.ifPresent(record -> warnOfColumnsWithout(textKey, fieldsOf(record), "the Avro schema"));
    return avro.map(record -> new Decoder.Avro(text, Optional.empty()));
  }

  private Optional<URI> readFile(String key, String written) {
    try {
      URI uri = written.startsWith("/") ? Path.of(written).toUri() : URI.create(written);
      if ("file".equals(uri.getScheme()) && Path.of(uri).isAbsolute()) {
        return Optional.of(uri);
      }
    } catch (IllegalArgumentException notAFile) {
      // said below
    }
    map.problem(key, "'" + written + "' is not a file", "file:///path, the same on every server");
    return Optional.empty();
  }

  private Optional<Schema> parseAvro(String key, String text) {
    try {
      ConfigObject.MAPPER.readTree(text); // bounds how deep it nests
      Schema schemaOfRecords = new Schema.Parser().parse(text);
      if (schemaOfRecords.getType() == Schema.Type.RECORD) {
        return Optional.of(schemaOfRecords);
      }
      map.problem(key, "is the Avro schema of " + schemaOfRecords.getType().getName(), "a record");
    } catch (JacksonException notJson) {
      map.problem(key, "is not JSON: " + notJson.getOriginalMessage(), "");
    } catch (AvroRuntimeException | IllegalArgumentException | NullPointerException notAvro) {
      map.problem(key, "is not an Avro schema: " + notAvro.getMessage(), "");
    }
    return Optional.empty();
  }

  private static Set<String> fieldsOf(Schema record) {
    Set<String> fields = new HashSet<>();
    record.getFields().forEach(field -> fields.add(field.name()));
    return fields;
  }

  // -- CSV

  private Optional<Decoder> readCsv() {
    String formatKey = PROPERTY + "fileFormat";
    String format = map.text(formatKey).orElse("DEFAULT").toUpperCase(Locale.ROOT);
    boolean isTabbed = format.equals("TDF") || format.equals("MYSQL");
    boolean isMySql = format.equals("MYSQL");
    if (!Set.of("DEFAULT", "EXCEL", "RFC4180", "TDF", "MYSQL", "").contains(format)) {
      map.problem(
          formatKey,
          "'" + format + "' is not a CSV format",
          "DEFAULT, EXCEL, RFC4180, TDF or MYSQL");
      return Optional.empty();
    }
    Optional<Character> delimiter = character("delimiter");
    Optional<Character> escape = character("escapeCharacter");
    Optional<Character> quote = character("quoteCharacter");
    Optional<Character> comment = character("commentMarker");
    Optional<Character> between = character("multiValueDelimiter");
    char separator = delimiter.orElse(isTabbed ? '\t' : ',');
    Optional<String> nullText = rawText("nullStringValue").filter(written -> !written.isEmpty());
    Decoder.Csv csv =
        new Decoder.Csv(
            readHeader(separator),
            separator,
            quote.isPresent() || isMySql ? quote : Optional.of('"'),
            escape.isPresent() || !isMySql ? escape : Optional.of('\\'),
            comment,
            between.orElse(DEFAULT_MULTI_VALUE_DELIMITER),
            nullText.isPresent() || !isMySql ? nullText : Optional.of("\\N"),
            map.flag(
                PROPERTY + "ignoreEmptyLines", format.equals("DEFAULT") || format.equals("TDF")),
            map.flag(PROPERTY + "ignoreSurroundingSpaces", format.equals("TDF")));
    requireDistinct(csv);
    return Optional.of(csv);
  }

  private List<String> readHeader(char separator) {
    String key = PROPERTY + "header";
    Optional<String> written = rawText("header").filter(text -> !text.isBlank());
    if (written.isEmpty()) {
      return List.of();
    }
    char between = written.get().indexOf(separator) >= 0 ? separator : ',';
    List<String> names =
        Arrays.stream(written.get().split(Pattern.quote("" + between), -1))
            .map(String::strip)
            .toList();
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isEmpty() || !seen.add(name)) {
        map.problem(key, name.isEmpty() ? "a name is empty" : "'" + name + "' comes twice", "");
      }
    }
    warnOfColumnsWithout(key, seen, "the header");
    return names;
  }

  private void requireDistinct(Decoder.Csv csv) {
    List<Character> special = new ArrayList<>(List.of(csv.delimiter()));
    csv.quote().ifPresent(special::add);
    csv.escape().ifPresent(special::add);
    csv.commentMarker().ifPresent(special::add);
    if (new HashSet<>(special).size() < special.size()) {
      map.problem(
          PROPERTY + "delimiter", "delimiter, quote, escape and comment marker must differ", "");
    }
  }

  /** One ASCII character; a tab may be written {@code \t}. */
  private Optional<Character> character(String name) {
    Optional<String> written =
        rawText(name).filter(text -> !text.isEmpty()).map(text -> text.equals("\\t") ? "\t" : text);
    boolean isCharacter =
        written.isEmpty()
            || (written.get().length() == 1
                && written.get().charAt(0) < 0x80
                && "\r\n\0".indexOf(written.get().charAt(0)) < 0);
    if (!isCharacter) {
      map.problem(
          PROPERTY + name, "expected one ASCII character, found '" + written.get() + "'", "");
      return Optional.empty();
    }
    return written.map(text -> text.charAt(0));
  }

  /** With the blanks around it, which may be all of it. */
  private Optional<String> rawText(String name) {
    String key = PROPERTY + name;
    return map.text(key).isPresent() ? map.any(key).map(JsonNode::asString) : Optional.empty();
  }

  // -- raw

  private Optional<Decoder> readRaw() {
    String key = PROPERTY + "column";
    Optional<String> name = map.text(key).filter(written -> !written.isEmpty());
    List<String> candidates =
        schema.columns().stream()
            .filter(DecoderReader::holdsAnything)
            .map(ColumnSpec::name)
            .filter(column -> !computed.contains(column))
            .toList();
    if (name.isEmpty()) {
      if (candidates.size() != 1) {
        map.problem(
            key,
            "is required: %d columns could hold a record".formatted(candidates.size()),
            String.join(", ", candidates));
        return Optional.empty();
      }
      return Optional.of(new Decoder.Raw(candidates.getFirst()));
    }
    Optional<ColumnSpec> column = schema.column(name.get());
    if (column.isEmpty()) {
      map.problem(
          key,
          "there is no column '" + name.get() + "' in the schema",
          NearestName.of(name.get(), candidates)
              .map(near -> "did you mean '" + near + "'?")
              .orElse(""));
      return Optional.empty();
    }
    if (!holdsAnything(column.get())) {
      map.problem(
          key,
          "column '%s' cannot hold any record".formatted(name.get()),
          "a single-value column of type STRING, JSON or BYTES");
      return Optional.empty();
    }
    return Optional.of(new Decoder.Raw(name.get()));
  }

  private static boolean holdsAnything(ColumnSpec column) {
    return column.singleValue()
        && (column.type() == DataType.STRING
            || column.type() == DataType.JSON
            || column.type() == DataType.BYTES);
  }

  // -- all

  private void warnOfColumnsWithout(String key, Set<String> fields, String where) {
    for (ColumnSpec column : schema.columns()) {
      String name = column.name();
      int dot = name.indexOf('.');
      boolean isFilled =
          fields.contains(name)
              || computed.contains(name)
              || (dot > 0 && fields.contains(name.substring(0, dot)));
      if (!isFilled) {
        map.warning(
            key,
            "column '%s' stays empty: %s has no such field".formatted(name, where),
            NearestName.of(name, fields).map(near -> "did you mean '" + near + "'?").orElse(""));
      }
    }
  }
}
