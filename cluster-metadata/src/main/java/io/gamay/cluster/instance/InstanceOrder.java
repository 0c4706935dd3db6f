package io.gamay.cluster.instance;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What people have decided about an instance. It outlives the process, whose own words at its next
 * start do not change it.
 *
 * @param isEnabled false while it is to be relieved of its work: it is asked only where nobody else
 *     can be, and gets nothing new
 * @param takesQueries false while it is not to be asked at all
 * @param tags in the place of those that the process itself names; empty: its own count
 * @param unknown what a newer process wrote besides: it is kept whoever changes the rest
 */
public record InstanceOrder(
    boolean isEnabled,
    boolean takesQueries,
    Optional<List<String>> tags,
    @JsonAnySetter @JsonAnyGetter Map<String, JsonNode> unknown) {

  /** Nobody has decided anything. */
  public static final InstanceOrder NONE = new InstanceOrder(true, true, Optional.empty());

  public InstanceOrder {
    tags = tags.map(List::copyOf);
    unknown = Map.copyOf(unknown);
  }

  /** Of which nothing is unknown. */
  public InstanceOrder(boolean isEnabled, boolean takesQueries, Optional<List<String>> tags) {
    this(isEnabled, takesQueries, tags, Map.of());
  }

  public InstanceOrder withEnabled(boolean isEnabledNow) {
    return new InstanceOrder(isEnabledNow, takesQueries, tags, unknown);
  }

  public InstanceOrder withQueries(boolean takesQueriesNow) {
    return new InstanceOrder(isEnabled, takesQueriesNow, tags, unknown);
  }

  public InstanceOrder withTags(List<String> tagsNow) {
    return new InstanceOrder(isEnabled, takesQueries, Optional.of(tagsNow), unknown);
  }
}
