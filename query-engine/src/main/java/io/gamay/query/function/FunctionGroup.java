package io.gamay.query.function;

/** The chapters of the list of functions. */
public enum FunctionGroup {
  ARITHMETIC("Arithmetic"),
  TRIGONOMETRY("Trigonometry"),
  BITS("Bits"),
  TEXT("Text"),
  REGEX("Regular expressions"),
  DATE("Date and time"),
  JSON("JSON"),
  ARRAY("Arrays and multi-value columns"),
  LOGIC("Null and logic"),
  ENCODING("Encodings and URLs"),
  HASH("Hashes"),
  NETWORK("IP addresses"),
  VECTOR("Vectors"),
  GEO("Geometries"),
  SKETCH("Sketches"),
  AGGREGATION("Aggregations");

  private final String title;

  FunctionGroup(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }
}
