package io.gamay.quickstart.load;

import io.gamay.quickstart.console.Misuse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Locale;

/** The file formats that can be produced, told by the end of the file's name. */
public enum RecordFormat {
  /** One record a line, sent byte for byte, well-formed or not; empty lines are left out. */
  NDJSON {
    @Override
    RecordReader reader(InputStream input) {
      return new LineReader(input);
    }
  },
  /** One array of objects, or objects one after the other. */
  JSON {
    @Override
    RecordReader reader(InputStream input) throws IOException {
      return new JsonValueReader(input);
    }
  },
  /** RFC 4180 with a heading line. */
  CSV {
    @Override
    RecordReader reader(InputStream input) throws IOException {
      return new CsvReader(input);
    }
  },
  /** An Avro object container file. */
  AVRO {
    @Override
    RecordReader reader(InputStream input) throws IOException {
      return new AvroReader(input);
    }
  };

  /** Reads the stream, which the reader closes. */
  abstract RecordReader reader(InputStream input) throws IOException;

  /** The format of a file by its name. */
  public static RecordFormat of(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "ndjson", "jsonl" -> NDJSON;
      case "json" -> JSON;
      case "csv" -> CSV;
      case "avro" -> AVRO;
      default ->
          throw new Misuse(
              "cannot tell the format of "
                  + file
                  + "; its name ends in .ndjson, .json, .csv or .avro");
    };
  }
}
