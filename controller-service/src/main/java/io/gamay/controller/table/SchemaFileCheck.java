package io.gamay.controller.table;

import io.gamay.cluster.table.Problem;
import io.gamay.cluster.table.SchemaDefinition;
import io.gamay.cluster.table.StreamConfig.Decoder;
import io.gamay.cluster.table.TableConfig;
import io.gamay.cluster.table.TableConfig.TransformConfig;
import io.gamay.segment.schema.ColumnSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/**
 * What can be told of a stream's schema file on a machine that need not have it: servers read it, a
 * controller may. Says nothing of what else is in a file, which may be any on this machine.
 */
final class SchemaFileCheck {

  private static final String KEY = "stream.kafka.decoder.prop.schema.file";
  private static final long MAX_BYTES = 1 << 20;

  private SchemaFileCheck() {}

  /** Warnings; empty if there is no such file or nothing wrong with it. Reads it. */
  static List<Problem> check(TableConfig config, SchemaDefinition schema) {
    Optional<URI> file =
        config.stream().decoder() instanceof Decoder.Avro avro
            ? avro.schemaFile()
            : Optional.empty();
    return file.map(uri -> check(Path.of(uri), config, schema)).orElse(List.of());
  }

  private static List<Problem> check(Path file, TableConfig config, SchemaDefinition schema) {
    Optional<String> text = read(file);
    if (text.isEmpty()) {
      return List.of(
          new Problem(
              KEY,
              "%s cannot be read on this controller; a server without it consumes nothing"
                  .formatted(file),
              "put it there on every server"));
    }
    Optional<Set<String>> fields = fieldsOf(text.get());
    if (fields.isEmpty()) {
      return List.of(
          new Problem(
              KEY,
              "%s is not the Avro schema of a record on this controller".formatted(file),
              "the schema that the records were written with"));
    }
    List<String> empty = columnsWithout(fields.get(), config, schema);
    return empty.isEmpty()
        ? List.of()
        : List.of(
            new Problem(
                KEY,
                "columns that stay empty, as %s on this controller has no such fields: %s"
                    .formatted(file, String.join(", ", empty)),
                ""));
  }

  private static Optional<String> read(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES
          ? Optional.of(Files.readString(file))
          : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }

  private static Optional<Set<String>> fieldsOf(String text) {
    try {
      Schema schema = new Schema.Parser().parse(text);
      return schema.getType() == Schema.Type.RECORD
          ? Optional.of(
              schema.getFields().stream().map(Schema.Field::name).collect(Collectors.toSet()))
          : Optional.empty();
    } catch (AvroRuntimeException | IllegalArgumentException | NullPointerException notAvro) {
      return Optional.empty();
    }
  }

  private static List<String> columnsWithout(
      Set<String> fields, TableConfig config, SchemaDefinition schema) {
    Set<String> filled = new HashSet<>(fields);
    config.transforms().stream().map(TransformConfig::column).forEach(filled::add);
    return schema.columns().stream()
        .map(ColumnSpec::name)
        .filter(name -> !filled.contains(name) && !fields.contains(outermost(name)))
        .toList();
  }

  /** The field that a column reads, or reads within. */
  private static String outermost(String column) {
    int dot = column.indexOf('.');
    return dot > 0 ? column.substring(0, dot) : column;
  }
}
