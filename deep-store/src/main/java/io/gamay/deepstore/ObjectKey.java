package io.gamay.deepstore;

import java.nio.charset.StandardCharsets;

/**
 * The form of object keys: parts joined by {@code /}, none of them empty or starting with a dot, so
 * that a key never leaves the store's root and is a valid path and a valid S3 key alike.
 */
public final class ObjectKey {

  private static final int MAX_KEY_BYTES = 1024;
  private static final int MAX_PART_BYTES = 255;

  private ObjectKey() {}

  /**
   * @throws IllegalArgumentException if the text is not an object key
   */
  public static String check(String key) {
    if (utf8Length(key) > MAX_KEY_BYTES) {
      throw refused(key, "longer than " + MAX_KEY_BYTES + " bytes");
    }
    for (String part : key.split("/", -1)) {
      checkPart(key, part);
    }
    return key;
  }

  public static boolean isKey(String text) {
    try {
      check(text);
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  /** A prefix is the beginning of a key: only its last part may be incomplete. */
  public static String checkPrefix(String prefix) {
    int lastSlash = prefix.lastIndexOf('/');
    if (lastSlash >= 0) {
      check(prefix.substring(0, lastSlash));
    }
    String rest = prefix.substring(lastSlash + 1);
    if (!rest.isEmpty()) {
      checkPart(prefix, rest);
    }
    return prefix;
  }

  private static void checkPart(String key, String part) {
    if (part.isEmpty()) {
      throw refused(key, "it has an empty part");
    }
    if (part.startsWith(".")) {
      throw refused(key, "a part starts with a dot");
    }
    if (utf8Length(part) > MAX_PART_BYTES) {
      throw refused(key, "a part is longer than " + MAX_PART_BYTES + " bytes");
    }
    if (part.chars().anyMatch(c -> c == '\\' || Character.isISOControl(c))) {
      throw refused(key, "it has a backslash or a control character");
    }
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static IllegalArgumentException refused(String key, String why) {
    return new IllegalArgumentException("not an object key: '%s': %s".formatted(key, why));
  }
}
