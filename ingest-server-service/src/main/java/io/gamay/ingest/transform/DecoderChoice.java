package io.gamay.ingest.transform;

import io.gamay.cluster.table.StreamConfig.Decoder;
import io.gamay.ingest.decode.AvroRecordDecoder;
import io.gamay.ingest.decode.CsvRecordDecoder;
import io.gamay.ingest.decode.JsonRecordDecoder;
import io.gamay.ingest.decode.RawRecordDecoder;
import io.gamay.ingest.decode.RecordDecoder;
import io.gamay.segment.schema.ColumnSpec;
import io.gamay.segment.schema.TableSchema;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;

/** The decoder that a table's stream asks for. */
final class DecoderChoice {

  private DecoderChoice() {}

  /**
   * @param fieldNames the fields wanted, in the order of the columns; the schema's columns first
   * @throws IllegalArgumentException if the settings cannot be used: a schema file that this server
   *     cannot read, a column that the schema no longer has
   */
  static RecordDecoder of(Decoder decoder, TableSchema schema, List<String> fieldNames) {
    return switch (decoder) {
      case Decoder.Json _ -> new JsonRecordDecoder(fieldNames);
      case Decoder.Avro avro -> new AvroRecordDecoder(avroSchema(avro), fieldNames);
      case Decoder.Csv csv -> {
        List<String> columns = schema.columns().stream().map(ColumnSpec::name).toList();
        yield new CsvRecordDecoder(
            csv, csv.header().isEmpty() ? columns : csv.header(), fieldNames);
      }
      case Decoder.Raw(String column) -> {
        int position = schema.indexOf(column);
        if (position < 0) {
          throw new IllegalArgumentException("no column " + column + " to put records into");
        }
        yield new RawRecordDecoder(position);
      }
    };
  }

  private static Schema avroSchema(Decoder.Avro avro) {
    String text = avro.schema().orElseGet(() -> read(avro.schemaFile().orElseThrow()));
    try {
      return new Schema.Parser().parse(text);
    } catch (AvroRuntimeException notAvro) {
      throw new IllegalArgumentException("not an Avro schema: " + notAvro.getMessage(), notAvro);
    }
  }

  private static String read(URI file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException unreadable) {
      throw new IllegalArgumentException(
          "cannot read the Avro schema in " + file + ": " + unreadable, unreadable);
    }
  }
}
