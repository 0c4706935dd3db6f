package io.gamay.query.function;

/**
 * One parameter of a signature.
 *
 * @param name for messages and documentation
 * @param mustBeConstant whether the argument must be the same for all rows
 */
record Parameter(String name, ParameterType type, boolean mustBeConstant, Presence presence) {

  /** How often the argument may stand in a call; only the last parameter may be repeated. */
  enum Presence {
    ONCE,
    OPTIONAL,
    /** Once or more. */
    REPEATED
  }

  static Parameter of(String name, ParameterType type) {
    return new Parameter(name, type, false, Presence.ONCE);
  }

  static Parameter constant(String name, ParameterType type) {
    return new Parameter(name, type, true, Presence.ONCE);
  }

  Parameter optional() {
    return new Parameter(name, type, mustBeConstant, Presence.OPTIONAL);
  }

  Parameter repeated() {
    return new Parameter(name, type, mustBeConstant, Presence.REPEATED);
  }

  String written() {
    String base = name.equals(type.label()) ? name : name + " " + type.label();
    return mustBeConstant ? "'" + name + "'" : base;
  }
}
