package io.gamay.quickstart.command;

import io.gamay.quickstart.console.Failure;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Files given to the controller, and what it said about them, as lines. */
final class Replies {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Where something began, as the parser writes it: without a place. */
  private static final Pattern PARSERS_MARK =
      Pattern.compile("\\s*(\\([^()]*)?\\[Source: [^\\]]*]\\)?");

  private Replies() {}

  /**
   * The file's text, which is a JSON object; all else is the controller's to judge.
   *
   * @param expected what the file should hold, for messages
   */
  static String read(Path file, String expected) throws IOException {
    if (Files.isDirectory(file)) {
      throw new Failure(file + " is a directory; name a file with " + expected);
    }
    String text = text(file, expected);
    String begin = text.strip();
    if (begin.isEmpty()) {
      throw new Failure(file + " is empty; it should hold " + expected);
    }
    if (!begin.startsWith("{")) {
      throw new Failure(file + " does not begin with '{'; it should hold " + expected);
    }
    requireJson(file, text);
    return text;
  }

  private static void requireJson(Path file, String text) {
    try {
      JSON.readTree(text);
    } catch (JacksonException malformed) {
      var place = malformed.getLocation();
      throw new Failure(
          file
              + " is not JSON"
              + (place == null
                  ? ""
                  : " at line %d, column %d".formatted(place.getLineNr(), place.getColumnNr()))
              + ": "
              + PARSERS_MARK.matcher(malformed.getOriginalMessage()).replaceAll(""),
          malformed);
    }
  }

  private static String text(Path file, String expected) throws IOException {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException absent) {
      throw new Failure("there is no file " + file, absent);
    } catch (CharacterCodingException notText) {
      throw new Failure(file + " is not text in UTF-8; it should hold " + expected, notText);
    }
  }

  /** The reply's sentence, then what the controller did not know or warns of, each once. */
  static String text(JsonNode reply) {
    var text = new StringBuilder(reply.path("status").asString(reply.toString()));
    Set<String> warnedPlaces = new HashSet<>();
    for (JsonNode warning : reply.path("warnings")) {
      String sentence = warning.isString() ? warning.stringValue() : warning.toString();
      text.append("\n  warning: ").append(sentence);
      warnedPlaces.add(placeOfPath(sentence.split(": ", 2)[0]));
    }
    for (var unknown : reply.path("unrecognizedProperties").properties()) {
      if (!warnedPlaces.contains(placeOfPointer(unknown.getKey()))) {
        text.append("\n  not known, ignored: ").append(unknown.getKey());
        text.append(" = ").append(unknown.getValue());
      }
    }
    return text.toString();
  }

  /** {@code $.a['b.c'][0]} as {@code .a.b.c.0}, to compare it with a pointer. */
  private static String placeOfPath(String path) {
    return path.replace("$", "")
        .replace("['", ".")
        .replace("[", ".")
        .replace("']", "")
        .replace("]", "");
  }

  /** {@code /a/b.c/0} as {@code .a.b.c.0}. */
  private static String placeOfPointer(String pointer) {
    return pointer.replace("/", ".").replace("~1", "/").replace("~0", "~");
  }
}
