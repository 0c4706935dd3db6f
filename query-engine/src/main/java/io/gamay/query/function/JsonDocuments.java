package io.gamay.query.function;

import io.gamay.query.function.JsonPath.Step;
import io.gamay.query.vector.Vector;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON documents as streams, as far as a path needs them. Thread-safe. */
final class JsonDocuments {

  private static final JsonFactory FACTORY = new JsonFactory();

  private JsonDocuments() {}

  /**
   * A value found in a document.
   *
   * @param text of a string its characters, else JSON
   */
  record Found(Kind kind, String text) {

    enum Kind {
      STRING,
      NUMBER,
      BOOLEAN,
      NULL,
      OBJECT,
      ARRAY
    }

    boolean isNull() {
      return kind == Kind.NULL;
    }
  }

  /** What went wrong with a document. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    private MalformedException(JacksonException cause) {
      super(cause.getOriginalMessage(), cause);
    }

    private MalformedException(String message) {
      super(message);
    }
  }

  /** All values that a path leads to, in the order of the document. */
  static List<Found> find(Vector documents, int value, JsonPath path) throws MalformedException {
    List<Found> found = new ArrayList<>(1);
    try (JsonParser parser = parser(documents, value)) {
      if (parser.nextToken() != null) {
        descend(parser, path.steps(), 0, found);
      }
    } catch (JacksonException e) {
      throw new MalformedException(e);
    }
    return found;
  }

  /** The value that a definite path leads to; nothing behind it is read. */
  static Optional<Found> findOne(Vector documents, int value, JsonPath path)
      throws MalformedException {
    try (JsonParser parser = parser(documents, value)) {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      for (Step step : path.steps()) {
        if (!enter(parser, step)) {
          return Optional.empty();
        }
      }
      return Optional.of(read(parser));
    } catch (JacksonException e) {
      throw new MalformedException(e);
    }
  }

  /** Whether a text is one JSON value and nothing else. */
  static boolean isJson(Vector texts, int value) {
    try (JsonParser parser = parser(texts, value)) {
      if (parser.nextToken() == null) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }

  /** The whole document; a document that is JSON's null is {@link JsonTree.Nothing}. */
  static JsonTree tree(Vector documents, int value) throws MalformedException {
    try (JsonParser parser = parser(documents, value)) {
      if (parser.nextToken() == null) {
        throw new MalformedException("empty");
      }
      JsonTree tree = tree(parser);
      if (parser.nextToken() != null) {
        throw new MalformedException("more than one value");
      }
      return tree;
    } catch (JacksonException e) {
      throw new MalformedException(e);
    }
  }

  /** The document without blanks; numbers keep their digits. */
  static String format(Vector documents, int value) throws MalformedException {
    try (JsonParser parser = parser(documents, value)) {
      if (parser.nextToken() == null) {
        throw new MalformedException("nothing but blanks");
      }
      String text = copy(parser);
      if (parser.nextToken() != null) {
        throw new MalformedException("more than one value");
      }
      return text;
    } catch (JacksonException e) {
      throw new MalformedException(e);
    }
  }

  /** As deep as the parser lets documents be. */
  private static JsonTree tree(JsonParser parser) {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case START_OBJECT -> {
        Map<String, JsonTree> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = parser.currentName();
          parser.nextToken();
          members.putIfAbsent(name, tree(parser));
        }
        yield new JsonTree.Members(members);
      }
      case START_ARRAY -> {
        List<JsonTree> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(tree(parser));
        }
        yield new JsonTree.Elements(elements);
      }
      case VALUE_NULL -> new JsonTree.Nothing();
      case VALUE_TRUE, VALUE_FALSE -> new JsonTree.Scalar(parser.getString(), true);
      default -> new JsonTree.Scalar(parser.getString(), false);
    };
  }

  private static JsonParser parser(Vector documents, int value) {
    int start = documents.bytes().start(value);
    return FACTORY.createParser(
        ObjectReadContext.empty(),
        documents.bytes().bytes(),
        start,
        documents.bytes().end(value) - start);
  }

  /** Moves to the value of a step, if the current value has it. */
  private static boolean enter(JsonParser parser, Step step) {
    return switch (step) {
      case Step.Member(String name) -> {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
          yield false;
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
          boolean isWanted = parser.currentName().equals(name);
          parser.nextToken();
          if (isWanted) {
            yield true;
          }
          parser.skipChildren();
        }
        yield false;
      }
      case Step.Element(int index) -> {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
          yield false;
        }
        int at = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          if (at++ == index) {
            yield true;
          }
          parser.skipChildren();
        }
        yield false;
      }
      case Step.All _ -> throw new IllegalStateException("not a definite path");
    };
  }

  /** Leaves the parser on the last token of the current value. */
  private static void descend(JsonParser parser, List<Step> steps, int index, List<Found> found) {
    if (index == steps.size()) {
      found.add(read(parser));
      return;
    }
    JsonToken start = parser.currentToken();
    Step step = steps.get(index);
    if (start == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        boolean isWanted =
            step instanceof Step.All
                || (step instanceof Step.Member(String name) && parser.currentName().equals(name));
        parser.nextToken();
        descendOrSkip(parser, steps, index, isWanted, found);
      }
    } else if (start == JsonToken.START_ARRAY) {
      int at = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        boolean isWanted =
            step instanceof Step.All || (step instanceof Step.Element(int wanted) && wanted == at);
        descendOrSkip(parser, steps, index, isWanted, found);
        at++;
      }
    }
  }

  private static void descendOrSkip(
      JsonParser parser, List<Step> steps, int index, boolean isWanted, List<Found> found) {
    if (isWanted) {
      descend(parser, steps, index + 1, found);
    } else {
      parser.skipChildren();
    }
  }

  private static Found read(JsonParser parser) {
    JsonToken token = parser.currentToken();
    return switch (token) {
      case VALUE_STRING -> new Found(Found.Kind.STRING, parser.getString());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Found(Found.Kind.NUMBER, parser.getString());
      case VALUE_TRUE, VALUE_FALSE -> new Found(Found.Kind.BOOLEAN, parser.getString());
      case START_OBJECT -> new Found(Found.Kind.OBJECT, copy(parser));
      case START_ARRAY -> new Found(Found.Kind.ARRAY, copy(parser));
      case VALUE_NULL -> new Found(Found.Kind.NULL, "null");
      default -> throw new IllegalStateException("no JSON value: " + token);
    };
  }

  private static String copy(JsonParser parser) {
    var text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.copyCurrentStructureExact(parser);
    }
    return text.toString();
  }

  /** The members that objects with key and value in an array stand for, as one object. */
  static String keyValueMap(Vector documents, int value) throws MalformedException {
    Map<String, Found> members = new LinkedHashMap<>();
    for (Found element : find(documents, value, new JsonPath(List.of(new Step.All())))) {
      Optional<Found> key = member(element, "key");
      if (key.isPresent() && !key.get().isNull()) {
        members.put(
            key.get().text(), member(element, "value").orElse(new Found(Found.Kind.NULL, "null")));
      }
    }
    var text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      generator.writeStartObject();
      members.forEach(
          (name, found) -> {
            generator.writeName(name);
            if (found.kind() == Found.Kind.STRING) {
              generator.writeString(found.text());
            } else {
              generator.writeRawValue(found.text());
            }
          });
      generator.writeEndObject();
    }
    return text.toString();
  }

  private static Optional<Found> member(Found object, String name) throws MalformedException {
    if (object.kind() != Found.Kind.OBJECT) {
      return Optional.empty();
    }
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), object.text())) {
      parser.nextToken();
      return enter(parser, new Step.Member(name)) ? Optional.of(read(parser)) : Optional.empty();
    } catch (JacksonException e) {
      throw new MalformedException(e);
    }
  }

  /** The elements of a found array, or the value itself. */
  static List<Found> elements(Found found) throws MalformedException {
    if (found.kind() != Found.Kind.ARRAY) {
      return List.of(found);
    }
    List<Found> elements = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), found.text())) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(read(parser));
      }
    } catch (JacksonException e) {
      throw new MalformedException(e);
    }
    return elements;
  }

  /** The paths of all members and elements below the values of a path, up to a depth. */
  static List<String> keys(Vector documents, int value, JsonPath path, int maxDepth)
      throws MalformedException {
    List<String> keys = new ArrayList<>();
    try (JsonParser parser = parser(documents, value)) {
      if (parser.nextToken() == null) {
        return keys;
      }
      collectKeys(parser, path.steps(), 0, "$", maxDepth, keys);
    } catch (JacksonException e) {
      throw new MalformedException(e);
    }
    return keys;
  }

  private static void collectKeys(
      JsonParser parser, List<Step> steps, int index, String at, int maxDepth, List<String> keys) {
    if (index >= steps.size() && index > 0) {
      keys.add(at);
    }
    boolean isBelow = index >= steps.size();
    if (isBelow && index - steps.size() >= maxDepth) {
      parser.skipChildren();
      return;
    }
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        boolean isWanted =
            isBelow
                || steps.get(index) instanceof Step.All
                || (steps.get(index) instanceof Step.Member(String wanted) && wanted.equals(name));
        parser.nextToken();
        if (isWanted) {
          collectKeys(parser, steps, index + 1, at + "['" + name + "']", maxDepth, keys);
        } else {
          parser.skipChildren();
        }
      }
    } else if (parser.currentToken() == JsonToken.START_ARRAY) {
      int element = 0;
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        boolean isWanted =
            isBelow
                || steps.get(index) instanceof Step.All
                || (steps.get(index) instanceof Step.Element(int wanted) && wanted == element);
        if (isWanted) {
          collectKeys(parser, steps, index + 1, at + "[" + element + "]", maxDepth, keys);
        } else {
          parser.skipChildren();
        }
        element++;
      }
    }
  }
}
