package io.gamay.deepstore;

import java.time.Duration;

/**
 * How long S3 is waited for and how much it is asked for at once.
 *
 * @param connect how long a connection may take
 * @param silence how long a connection may bring nothing
 * @param attempt how long one request may take, sending a part included, reading an object not
 * @param call the same with its repetitions
 * @param keysPerPage of a listing
 */
record S3Limits(
    Duration connect, Duration silence, Duration attempt, Duration call, int keysPerPage) {

  /** A part of the default size in an attempt is 1.2 Mbit/s. */
  static final S3Limits DEFAULTS =
      new S3Limits(
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofMinutes(2),
          Duration.ofMinutes(5),
          1000);
}
