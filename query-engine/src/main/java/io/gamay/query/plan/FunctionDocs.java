package io.gamay.query.plan;

import io.gamay.query.function.FunctionDoc;
import io.gamay.query.function.FunctionDoc.Example;
import io.gamay.query.function.FunctionGroup;
import io.gamay.query.function.ScalarFunction;
import io.gamay.query.function.ScalarFunctions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What users are told about every function and aggregation that queries may call. */
public final class FunctionDocs {

  private static final String HEAD =
      """
      # Functions

      Names are matched without regard to case and underscores: `DATETRUNC` is `date_trunc`. \
      Each entry stands under the name with underscores, and lists the others. An \
      argument in quotes must be the same for all rows; what stands in brackets may be left out. \
      Arguments of other types are converted where nothing is lost. This page is written from the \
      functions' registry; `gamay functions` shows the same.
      """;

  private FunctionDocs() {}

  /** By group, and by name within a group. */
  public static List<FunctionDoc> all() {
    List<FunctionDoc> docs = new ArrayList<>();
    ScalarFunctions.all().stream().map(ScalarFunction::doc).forEach(docs::add);
    for (AggregateName name : AggregateName.values()) {
      docs.add(ofAggregate(name));
    }
    docs.sort(Comparator.comparing(FunctionDoc::group).thenComparing(FunctionDoc::name));
    return List.copyOf(docs);
  }

  /** By name or alias. */
  public static Optional<FunctionDoc> find(String name) {
    String canonical = ScalarFunction.canonical(name);
    return FunctionNames.aggregate(name)
        .map(aggregate -> ofAggregate(aggregate.name()))
        .or(
            () ->
                all().stream()
                    .filter(
                        doc ->
                            ScalarFunction.canonical(doc.name()).equals(canonical)
                                || doc.aliases().stream()
                                    .map(ScalarFunction::canonical)
                                    .anyMatch(canonical::equals))
                    .findFirst());
  }

  /** What to write for a name that is none here, to be put behind it; empty if no name is near. */
  public static String nearest(String name) {
    return OtherDatabases.function(name)
        .orElseGet(() -> NearestName.hint(ScalarFunction.canonical(name), FunctionNames.all()));
  }

  private static FunctionDoc ofAggregate(AggregateName name) {
    List<String> aliases = new ArrayList<>();
    name.aliases().forEach(alias -> aliases.add(alias.toUpperCase(Locale.ROOT)));
    if (name.hasMultiValueForm()) {
      aliases.add(name.canonical().toUpperCase(Locale.ROOT) + "MV");
    }
    String text = name.description();
    return new FunctionDoc(
        name.name(),
        aliases,
        FunctionGroup.AGGREGATION,
        List.of(name.signature()),
        "NULL values are left out",
        text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".",
        List.of(new Example(name.example(), "")));
  }

  /** The page {@code docs/functions.md}. */
  public static String markdown() {
    var page = new StringBuilder(HEAD);
    Optional<FunctionGroup> group = Optional.empty();
    for (FunctionDoc doc : all()) {
      if (!group.equals(Optional.of(doc.group()))) {
        group = Optional.of(doc.group());
        page.append("\n## ").append(doc.group().title()).append('\n');
      }
      page.append("\n### ").append(doc.name()).append("\n\n");
      doc.signatures().forEach(signature -> page.append("    ").append(signature).append('\n'));
      page.append('\n').append(doc.doc()).append('\n');
      if (!doc.aliases().isEmpty()) {
        page.append("\nAlso: ").append(String.join(", ", doc.aliases())).append(".\n");
      }
      page.append("\nNULL: ").append(doc.nullBehaviour()).append(".\n");
      if (!doc.examples().isEmpty()) {
        page.append('\n');
        doc.examples()
            .forEach(example -> page.append("- `").append(written(example)).append("`\n"));
      }
    }
    return page.toString();
  }

  /** A call and, if it is known, what it gives. */
  public static String written(Example example) {
    return example.result().isEmpty() ? example.call() : example.call() + " = " + example.result();
  }
}
