package io.gamay.deepstore;

import java.io.IOException;

/** The key is taken: its name is burnt. */
public final class ObjectExistsException extends IOException {

  private static final long serialVersionUID = 1L;

  public ObjectExistsException(String key) {
    super("object exists already: " + key);
  }
}
