package io.gamay.cluster.table;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Reads from {@code fieldConfigList} which columns are to keep their dictionary whatever their
 * values are: those with {@code "encodingType": "DICTIONARY"} and those with a dictionary among
 * their {@code indexes}. What is wrong there is found by {@link IndexingReader}.
 */
final class DictionaryPins {

  private DictionaryPins() {}

  /**
   * @param table of a config that has been read
   */
  static Set<String> read(ConfigObject table) {
    Set<String> pinned = new HashSet<>();
    for (ConfigObject field : table.objects("fieldConfigList")) {
      boolean isPinned =
          field.text("encodingType").equals(Optional.of("DICTIONARY"))
              || field
                  .object("indexes")
                  .flatMap(indexes -> indexes.object("dictionary"))
                  .map(DictionaryPins::isOn)
                  .orElse(false);
      if (isPinned) {
        field.text("name").ifPresent(pinned::add);
      }
    }
    return pinned;
  }

  private static boolean isOn(ConfigObject index) {
    return !index.flag("disabled", false) && index.flag("enabled", true);
  }
}
