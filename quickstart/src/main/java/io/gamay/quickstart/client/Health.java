package io.gamay.quickstart.client;

/**
 * How a service says that it is.
 *
 * @param words for people: {@code up}, or what is wrong
 */
public record Health(boolean isUp, String words) {
  /** It does what it should. */
  public static final Health UP = new Health(true, "up");

  /** Nothing listens there. */
  public static final Health DOWN = new Health(false, "DOWN");
}
