package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;

/** Files given to the controller, and what it said about them, as lines. */
final class Replies {
  private Replies() {}

  static String read(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException absent) {
      throw new Failure("there is no file " + file, absent);
    }
  }

  /** The reply's sentence, then what the controller did not know or warns of. */
  static String text(JsonNode reply) {
    var text = new StringBuilder(reply.path("status").asString(reply.toString()));
    appendNotes(text, "not known, ignored", reply.path("unrecognizedProperties"));
    appendNotes(text, "warning", reply.path("warnings"));
    return text.toString();
  }

  private static void appendNotes(StringBuilder text, String heading, JsonNode notes) {
    for (var note : notes.properties()) {
      text.append("\n  ").append(heading).append(": ").append(note.getKey());
      text.append(" = ").append(note.getValue());
    }
    if (notes.isArray()) {
      for (JsonNode note : notes) {
        text.append("\n  ").append(heading).append(": ");
        text.append(note.isString() ? note.stringValue() : note.toString());
      }
    }
  }
}
