package io.gamay.broker.web;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What is wrong with a body that should be JSON, for whoever sent it. */
final class MalformedJson {

  /** The parser's mark of where something began: about its input, and without a place in bytes. */
  private static final Pattern SOURCE = Pattern.compile("\\s*(\\([^()]*)?\\[Source: [^\\]]*]\\)?");

  private MalformedJson() {}

  /** The sentence, with the line and column where the parser stopped. */
  static String words(JacksonException malformed) {
    String sentence = SOURCE.matcher(malformed.getOriginalMessage()).replaceAll("");
    return malformed.getLocation() == null
        ? sentence
        : "line %d, column %d: %s"
            .formatted(
                malformed.getLocation().getLineNr(),
                malformed.getLocation().getColumnNr(),
                sentence);
  }
}
