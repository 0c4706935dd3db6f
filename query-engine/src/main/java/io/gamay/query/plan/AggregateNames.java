package io.gamay.query.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of aggregations without case and underscores. PERCENTILE and its kin also bear their
 * percentage in the name: PERCENTILE95, PERCENTILETDIGEST99MV.
 */
final class AggregateNames {

  private static final Pattern WITH_PERCENTAGE =
      Pattern.compile("(percentile[a-z]*?)(\\d{1,3})(mv)?");

  private static final Map<String, AggregateName> NAMES = names();

  private AggregateNames() {}

  /**
   * @param canonical without case and underscores
   */
  static Optional<FunctionNames.Aggregate> find(String canonical) {
    AggregateName name = NAMES.get(canonical);
    if (name != null) {
      return Optional.of(new FunctionNames.Aggregate(name, false, OptionalDouble.empty()));
    }
    if (canonical.endsWith("mv")) {
      AggregateName single = NAMES.get(canonical.substring(0, canonical.length() - 2));
      return Optional.ofNullable(single)
          .filter(AggregateName::hasMultiValueForm)
          .map(found -> new FunctionNames.Aggregate(found, true, OptionalDouble.empty()));
    }
    return withPercentage(canonical);
  }

  private static Optional<FunctionNames.Aggregate> withPercentage(String canonical) {
    Matcher matcher = WITH_PERCENTAGE.matcher(canonical);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    AggregateName name = NAMES.get(matcher.group(1));
    int percentage = Integer.parseInt(matcher.group(2));
    if (name == null || !name.takesPercentage() || percentage > 100) {
      return Optional.empty();
    }
    return Optional.of(
        new FunctionNames.Aggregate(name, matcher.group(3) != null, OptionalDouble.of(percentage)));
  }

  /** For suggestions. */
  static List<String> all() {
    return NAMES.entrySet().stream()
        .<String>mapMulti(
            (entry, sink) -> {
              sink.accept(entry.getKey());
              if (entry.getValue().hasMultiValueForm()) {
                sink.accept(entry.getKey() + "mv");
              }
            })
        .toList();
  }

  private static Map<String, AggregateName> names() {
    Map<String, AggregateName> names = new TreeMap<>();
    for (AggregateName name : AggregateName.values()) {
      names.put(name.canonical(), name);
      name.aliases().forEach(alias -> names.put(alias, name));
    }
    return Map.copyOf(names);
  }
}
