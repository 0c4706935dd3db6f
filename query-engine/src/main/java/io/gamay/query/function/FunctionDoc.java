package io.gamay.query.function;

import java.util.List;
import java.util.stream.Stream;

/**
 * What users are told about a function or an aggregation.
 *
 * @param name as it is written in SQL, in upper case
 * @param aliases other names of the same function, and every name once more without underscores
 * @param signatures such as {@code "UPPER(text) -> STRING"}
 * @param nullBehaviour what NULL among the arguments gives
 * @param doc one or two sentences
 * @param examples calls with constant arguments and what they give; for scalar functions they are
 *     executed by a test
 */
public record FunctionDoc(
    String name,
    List<String> aliases,
    FunctionGroup group,
    List<String> signatures,
    String nullBehaviour,
    String doc,
    List<Example> examples) {

  public FunctionDoc {
    aliases =
        Stream.concat(Stream.of(name), aliases.stream())
            .flatMap(alias -> Stream.of(alias, alias.replace("_", "")))
            .filter(alias -> !alias.equals(name))
            .distinct()
            .toList();
    signatures = List.copyOf(signatures);
    examples = List.copyOf(examples);
  }

  /**
   * @param call SQL text of an expression
   * @param result its value as an answer shows it; {@code null} for NULL, {@code [a, b]} for arrays
   */
  public record Example(String call, String result) {}
}
