package io.gamay.broker.web;

import java.util.ArrayList;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.util.InvalidMimeTypeException;
import org.springframework.util.MimeTypeUtils;

/** The forms in which an answer is given, by the header {@code Accept}. */
public enum AnswerFormat {
  /** Pinot's form. */
  JSON(MediaType.APPLICATION_JSON, false),
  /** A line for the schema, one for each row, one for everything else. */
  NDJSON(MediaType.APPLICATION_NDJSON, false),
  CSV(new MediaType("text", "csv"), true),
  /** Arrow's IPC stream. */
  ARROW(new MediaType("application", "vnd.apache.arrow.stream"), true);

  @SuppressWarnings("ImmutableEnumChecker") // its parameters are not changed
  private final MediaType mediaType;

  private final boolean rowsOnly;

  AnswerFormat(MediaType mediaType, boolean rowsOnly) {
    this.mediaType = mediaType;
    this.rowsOnly = rowsOnly;
  }

  public MediaType mediaType() {
    return mediaType;
  }

  /** Whether there is no place for errors and statistics beside the rows. */
  public boolean rowsOnly() {
    return rowsOnly;
  }

  /** What the client likes best; JSON if it says nothing that is known here. */
  static AnswerFormat accepted(List<String> acceptHeaders) {
    List<MediaType> wanted;
    try {
      wanted = new ArrayList<>(MediaType.parseMediaTypes(acceptHeaders));
    } catch (InvalidMimeTypeException | org.springframework.http.InvalidMediaTypeException e) {
      return JSON;
    }
    MimeTypeUtils.sortBySpecificity(wanted);
    wanted.sort((a, b) -> Double.compare(b.getQualityValue(), a.getQualityValue()));
    for (MediaType type : wanted) {
      for (AnswerFormat format : values()) {
        if (type.getQualityValue() > 0 && type.includes(format.mediaType)) {
          return format;
        }
      }
    }
    return JSON;
  }
}
