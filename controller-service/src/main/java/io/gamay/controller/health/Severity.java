package io.gamay.controller.health;

/** How much a finding matters, least first. */
public enum Severity {
  /** Worth knowing; nothing is wrong now. */
  INFO,
  /** Works, but not as it is wanted to: fewer copies, later, or not for long. */
  WARNING,
  /** Rows are missing in answers, are not consumed, or may be lost. */
  CRITICAL
}
