package io.gamay.cluster.table;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One object of a config's JSON, read key by key. Every key that is asked for is known; {@link
 * #finish} reports the others. A null is as good as no key; numbers and booleans may be written as
 * text. What is wrong goes to the findings, and reading goes on. Not thread-safe.
 */
final class ConfigObject {

  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_]+");

  private final JsonNode node;
  private final String path;
  private final String pointer;
  private final Findings findings;
  private final Set<String> known = new TreeSet<>();

  private ConfigObject(JsonNode node, String path, String pointer, Findings findings) {
    this.node = node;
    this.path = path;
    this.pointer = pointer;
    this.findings = findings;
  }

  /** The whole text; empty, with a problem, if it is not a JSON object. */
  static Optional<ConfigObject> parse(String json, Findings findings) {
    try {
      JsonNode root = MAPPER.readTree(json);
      if (root.isObject()) {
        return Optional.of(new ConfigObject(root, "$", "", findings));
      }
      findings.problem("$", "expected a JSON object", "");
    } catch (JacksonException e) {
      findings.problem("$", "not JSON: " + e.getOriginalMessage() + location(e), "");
    }
    return Optional.empty();
  }

  private static String location(JacksonException e) {
    return e.getLocation() == null
        ? ""
        : " at line %d, column %d"
            .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
  }

  Findings findings() {
    return findings;
  }

  /** JSON path of this object. */
  String path() {
    return path;
  }

  /** JSON path of one of its members. */
  String path(String key) {
    return PLAIN_KEY.matcher(key).matches() ? path + "." + key : path + "['" + key + "']";
  }

  Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    node.properties().stream()
        .filter(member -> !member.getValue().isNull())
        .forEach(member -> keys.add(member.getKey()));
    return keys;
  }

  // -- values

  Optional<JsonNode> any(String key) {
    known.add(key);
    @Nullable JsonNode value = node.get(key);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  boolean has(String key) {
    return any(key).isPresent();
  }

  /** Whether the key is there and says more than nothing: not false, empty text, list or object. */
  boolean isSet(String key) {
    return any(key).filter(ConfigObject::saysSomething).isPresent();
  }

  private static boolean saysSomething(JsonNode value) {
    if (value.isContainer()) {
      return !value.isEmpty();
    }
    String text = value.asString();
    return !text.isEmpty() && !text.equalsIgnoreCase("false");
  }

  Optional<String> text(String key) {
    Optional<JsonNode> value = any(key);
    if (value.isPresent() && value.get().isContainer()) {
      problem(key, "expected text, found " + kind(value.get()), "");
      return Optional.empty();
    }
    return value.map(JsonNode::asString).map(String::strip);
  }

  Optional<String> requiredText(String key, String fix) {
    Optional<String> text = text(key).filter(written -> !written.isEmpty());
    if (text.isEmpty() && !any(key).map(JsonNode::isContainer).orElse(false)) {
      problem(key, "is required", fix);
    }
    return text;
  }

  boolean flag(String key, boolean byDefault) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return byDefault;
    }
    return switch (text.get()) {
      case "true" -> true;
      case "false" -> false;
      default -> {
        problem(key, "expected true or false, found '" + text.get() + "'", "");
        yield byDefault;
      }
    };
  }

  /** A whole number in [min, max]. */
  OptionalLong whole(String key, long min, long max) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      long number = Long.parseLong(text.get());
      if (number >= min && number <= max) {
        return OptionalLong.of(number);
      }
      problem(key, "%d is out of range".formatted(number), "from %d to %d".formatted(min, max));
    } catch (NumberFormatException e) {
      problem(
          key,
          "expected a whole number, found '" + text.get() + "'",
          "from %d to %d".formatted(min, max));
    }
    return OptionalLong.empty();
  }

  /** A number between 0 and 1, neither of them. */
  OptionalDouble fraction(String key) {
    return number(key, Math.nextDown(1.0), "above 0 and below 1");
  }

  /** A number above 0. */
  OptionalDouble positive(String key, double max) {
    return number(key, max, "above 0 and up to %.0f".formatted(max));
  }

  private OptionalDouble number(String key, double max, String range) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double number = Double.parseDouble(text.get());
      if (number > 0 && number <= max) {
        return OptionalDouble.of(number);
      }
      problem(key, "%s is out of range".formatted(text.get()), range);
    } catch (NumberFormatException e) {
      problem(key, "expected a number, found '" + text.get() + "'", range);
    }
    return OptionalDouble.empty();
  }

  /** A positive span of time. */
  Optional<Duration> period(String key) {
    Optional<String> text = text(key).filter(written -> !written.isEmpty());
    Optional<Duration> period = text.flatMap(PeriodText::parse).filter(Duration::isPositive);
    if (text.isPresent() && period.isEmpty()) {
      problem(key, "'" + text.get() + "' is not a span of time", PeriodText.FORMS);
    }
    return period;
  }

  Optional<ConfigObject> object(String key) {
    Optional<JsonNode> value = any(key);
    if (value.isPresent() && !value.get().isObject()) {
      problem(key, "expected an object, found " + kind(value.get()), "");
      return Optional.empty();
    }
    return value.map(child -> child(child, path(key), pointer(key)));
  }

  List<ConfigObject> objects(String key) {
    List<ConfigObject> objects = new ArrayList<>();
    int index = 0;
    for (JsonNode element : elements(key)) {
      String elementPath = path(key) + "[" + index + "]";
      if (element.isObject()) {
        objects.add(child(element, elementPath, pointer(key) + "/" + index));
      } else {
        findings.problem(elementPath, "expected an object, found " + kind(element), "");
      }
      index++;
    }
    return objects;
  }

  List<String> texts(String key) {
    List<String> texts = new ArrayList<>();
    int index = 0;
    for (JsonNode element : elements(key)) {
      if (element.isContainer() || element.isNull()) {
        findings.problem(
            path(key) + "[" + index + "]", "expected text, found " + kind(element), "");
      } else {
        texts.add(element.asString());
      }
      index++;
    }
    return texts;
  }

  private List<JsonNode> elements(String key) {
    Optional<JsonNode> value = any(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      problem(key, "expected a list, found " + kind(value.get()), "");
      return List.of();
    }
    return List.copyOf(value.get().values());
  }

  private ConfigObject child(JsonNode value, String childPath, String childPointer) {
    return new ConfigObject(value, childPath, childPointer, findings);
  }

  // -- verdicts

  void problem(String key, String message, String fix) {
    findings.problem(path(key), message, fix);
  }

  void decisive(String key, String message, String fix) {
    findings.decisive(path(key), message, fix);
  }

  void warning(String key, String message, String fix) {
    findings.warning(path(key), message, fix);
  }

  /** Keys that are known and need no word. */
  void accept(String... keys) {
    known.addAll(List.of(keys));
  }

  /** Keys that are known, change no answer, and do nothing here: a warning each, if set. */
  void withoutEffect(String why, String... keys) {
    for (String key : keys) {
      if (isSet(key)) {
        warning(key, "has no effect: " + why, "");
      }
    }
  }

  /** Keys that would change answers and are not built: a problem each, if set. */
  void refuse(String why, String... keys) {
    for (String key : keys) {
      if (isSet(key)) {
        decisive(key, "not supported yet: " + why, "leave it out");
      }
    }
  }

  /** Reports every key that nobody asked for. */
  void finish() {
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String key = member.getKey();
      if (!known.contains(key)) {
        findings.unrecognized(
            path(key), pointer(key), member.getValue(), NearestName.of(key, known));
      }
    }
  }

  private String pointer(String key) {
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  private static String kind(JsonNode value) {
    if (value.isObject()) {
      return "an object";
    }
    if (value.isArray()) {
      return "a list";
    }
    return value.toString();
  }
}
