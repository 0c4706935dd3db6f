package io.gamay.query.function;

import io.gamay.query.function.FunctionDoc.Example;
import io.gamay.query.function.Signature.Match;
import io.gamay.segment.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * A function of the values of one row. Deterministic: equal arguments give equal results, now and
 * on every machine. Immutable.
 */
public final class ScalarFunction {

  /** What NULL arguments do. */
  public enum NullRule {
    /** NULL if an argument is NULL, else not NULL. */
    STRICT,
    /** NULL if an argument is NULL, and for some other arguments too. */
    STRICT_MAYBE_NULL,
    /** The body looks at NULLs itself and never gives one. */
    NEVER_NULL
  }

  /** As what the Pinot dialect gives arguments to the function. */
  public enum PinotHabit {
    NONE,
    /** INT, LONG and FLOAT as DOUBLE. */
    DOUBLE,
    /** TIMESTAMP as LONG. */
    MILLIS
  }

  private final String name;
  private final List<String> aliases;
  private final FunctionGroup group;
  private final List<Signature> signatures;
  private final NullRule nullRule;
  private final boolean isTotal;
  private final PinotHabit pinotHabit;
  private final boolean isAnyElement;
  private final String doc;
  private final List<Example> examples;
  private final List<String> writtenSignatures;

  private ScalarFunction(Builder builder) {
    this.name = builder.name;
    this.aliases = List.copyOf(builder.aliases);
    this.group = builder.group;
    this.signatures = List.copyOf(builder.signatures);
    this.nullRule = builder.nullRule;
    this.isTotal = builder.isTotal;
    this.pinotHabit = builder.pinotHabit;
    this.isAnyElement = builder.isAnyElement;
    this.doc = builder.doc;
    this.examples = List.copyOf(builder.examples);
    this.writtenSignatures = List.copyOf(builder.writtenSignatures);
  }

  /** The name in plans: lower case, no underscores. */
  public String name() {
    return canonical(name);
  }

  /** A function's name without case and underscores. */
  public static String canonical(String name) {
    return name.replace("_", "").toLowerCase(Locale.ROOT);
  }

  public List<String> aliases() {
    return aliases;
  }

  public NullRule nullRule() {
    return nullRule;
  }

  /** Whether no argument of a fitting type makes it fail. */
  public boolean isTotal() {
    return isTotal;
  }

  public PinotHabit pinotHabit() {
    return pinotHabit;
  }

  /** Whether a condition over a multi-value first argument means: any element passes. */
  public boolean isAnyElement() {
    return isAnyElement;
  }

  /** Whether the planner makes other expressions of its calls, so that it has no body. */
  public boolean isRewritten() {
    return signatures.isEmpty();
  }

  /** The way to call the function that is nearest to the arguments; empty if none fits. */
  public Optional<Resolution> resolve(List<Argument> arguments) {
    Match best = null;
    for (Signature signature : signatures) {
      Optional<Match> match = signature.match(arguments);
      if (match.isPresent() && (best == null || match.get().distance() < best.distance())) {
        best = match.get();
      }
    }
    return Optional.ofNullable(best).map(match -> new Resolution(this, match));
  }

  /** Whether any signature takes so many arguments. */
  public boolean takes(int count) {
    return signatures.stream().anyMatch(signature -> signature.takes(count));
  }

  /** How many arguments the function takes, in words. */
  public String counts() {
    int min = signatures.stream().mapToInt(Signature::minCount).min().orElse(0);
    int max = signatures.stream().mapToInt(Signature::maxCount).max().orElse(0);
    String plural = max == 1 ? " argument" : " arguments";
    return min == max
        ? min + plural
        : max == Integer.MAX_VALUE ? min + " or more arguments" : min + " to " + max + plural;
  }

  List<Signature> signatures() {
    return signatures;
  }

  /** The same function with further signatures, and with a name that says so: MV behind it. */
  ScalarFunction withTwins(List<Signature> twins) {
    Builder copy = new Builder(name, group);
    copy.aliases.addAll(aliases);
    copy.aliases.add(name + "_MV");
    aliases.forEach(alias -> copy.aliases.add(alias + "_MV"));
    copy.signatures.addAll(signatures);
    copy.signatures.addAll(twins);
    copy.nullRule = nullRule;
    copy.isTotal = isTotal;
    copy.pinotHabit = pinotHabit;
    copy.isAnyElement = isAnyElement;
    copy.doc = doc + " Of a list: of each element.";
    copy.examples.addAll(examples);
    copy.writtenSignatures.addAll(writtenSignatures);
    return copy.build();
  }

  public FunctionDoc doc() {
    return new FunctionDoc(name, aliases, group, writtenSignatures(), nullText(), doc, examples);
  }

  private List<String> writtenSignatures() {
    if (!writtenSignatures.isEmpty()) {
      return writtenSignatures;
    }
    return signatures.stream().map(signature -> signature.written(name)).toList();
  }

  private String nullText() {
    if (isRewritten()) {
      return "as described";
    }
    return switch (nullRule) {
      case STRICT -> "NULL if an argument is NULL";
      case STRICT_MAYBE_NULL -> "NULL if an argument is NULL, or as described";
      case NEVER_NULL -> "never NULL";
    };
  }

  /** One way to call a function, found for the types of arguments. */
  public static final class Resolution {

    private final ScalarFunction function;
    private final Match match;

    private Resolution(ScalarFunction function, Match match) {
      this.function = function;
      this.match = match;
    }

    /** The types that the arguments must be converted to. */
    public List<ArgumentType> targets() {
      return match.targets();
    }

    /** Whether an argument is read while binding only, so that its vector may be left empty. */
    public boolean isReadOnce(int argument) {
      return match.signature().parameter(argument).mustBeConstant();
    }

    /** The result's type for arguments of the target types. */
    public ArgumentType result(List<Argument> converted) {
      return match.signature().result().apply(converted);
    }

    /**
     * The body for arguments of the target types.
     *
     * @throws io.gamay.query.error.QueryException if a constant has no meaning for the function
     */
    public ScalarBody bind(List<Argument> converted) {
      return match.signature().binder().bind(converted);
    }

    public ScalarFunction function() {
      return function;
    }
  }

  static Builder function(String name, FunctionGroup group) {
    return new Builder(name, group);
  }

  /** Collects what is said of a function where it is defined. */
  static final class Builder {

    private final String name;
    private final FunctionGroup group;
    private final List<String> aliases = new ArrayList<>();
    private final List<Signature> signatures = new ArrayList<>();
    private final List<String> writtenSignatures = new ArrayList<>();
    private final List<Example> examples = new ArrayList<>();
    private NullRule nullRule = NullRule.STRICT;
    private boolean isTotal = true;
    private PinotHabit pinotHabit = PinotHabit.NONE;
    private boolean isAnyElement;
    private String doc = "";

    private Builder(String name, FunctionGroup group) {
      this.name = name;
      this.group = group;
    }

    Builder alias(String... names) {
      aliases.addAll(List.of(names));
      return this;
    }

    Builder doc(String text) {
      doc = text;
      return this;
    }

    Builder example(String call, String result) {
      examples.add(new Example(call, result));
      return this;
    }

    /** Some values of arguments make it fail. */
    Builder mayFail() {
      isTotal = false;
      return this;
    }

    /** NULL for some arguments that are not. */
    Builder maybeNull() {
      nullRule = NullRule.STRICT_MAYBE_NULL;
      return this;
    }

    Builder neverNull() {
      nullRule = NullRule.NEVER_NULL;
      return this;
    }

    Builder doubleInPinot() {
      pinotHabit = PinotHabit.DOUBLE;
      return this;
    }

    Builder millisInPinot() {
      pinotHabit = PinotHabit.MILLIS;
      return this;
    }

    Builder anyElement() {
      isAnyElement = true;
      return this;
    }

    Builder signature(DataType result, Binder binder, Parameter... parameters) {
      return signature(_ -> ArgumentType.of(result), binder, parameters);
    }

    Builder listSignature(DataType element, Binder binder, Parameter... parameters) {
      return signature(_ -> ArgumentType.arrayOf(element), binder, parameters);
    }

    Builder signature(
        Function<List<Argument>, ArgumentType> result, Binder binder, Parameter... parameters) {
      signatures.add(new Signature(List.of(parameters), result, binder));
      return this;
    }

    /** For functions that the planner rewrites: how they are called. */
    Builder written(String... calls) {
      writtenSignatures.addAll(List.of(calls));
      return this;
    }

    ScalarFunction build() {
      return new ScalarFunction(this);
    }
  }
}
