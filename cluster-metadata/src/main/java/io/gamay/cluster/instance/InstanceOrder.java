package io.gamay.cluster.instance;

import java.util.List;
import java.util.Optional;

/**
 * What people have decided about an instance. It outlives the process, whose own words at its next
 * start do not change it.
 *
 * @param isEnabled false while it is to be relieved of its work: it is asked only where nobody else
 *     can be, and gets nothing new
 * @param takesQueries false while it is not to be asked at all
 * @param tags in the place of those that the process itself names; empty: its own count
 */
public record InstanceOrder(boolean isEnabled, boolean takesQueries, Optional<List<String>> tags) {

  /** Nobody has decided anything. */
  public static final InstanceOrder NONE = new InstanceOrder(true, true, Optional.empty());

  public InstanceOrder {
    tags = tags.map(List::copyOf);
  }

  public InstanceOrder withEnabled(boolean isEnabledNow) {
    return new InstanceOrder(isEnabledNow, takesQueries, tags);
  }

  public InstanceOrder withQueries(boolean takesQueriesNow) {
    return new InstanceOrder(isEnabled, takesQueriesNow, tags);
  }

  public InstanceOrder withTags(List<String> tagsNow) {
    return new InstanceOrder(isEnabled, takesQueries, Optional.of(tagsNow));
  }
}
