package io.gamay.quickstart.load;

import java.io.IOException;

/** The file is not what its format asks for; the message says where. */
public final class MalformedFileException extends IOException {
  MalformedFileException(String message) {
    super(message);
  }

  MalformedFileException(String message, Throwable cause) {
    super(message, cause);
  }
}
