package io.gamay.cluster.layout;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.Nulls;
import io.gamay.cluster.assignment.ShardId;
import io.gamay.cluster.commit.CommitReport;
import io.gamay.cluster.segment.SegmentName;
import io.gamay.segment.schema.Value;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.MutableConfigOverride;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * The JSON of metadata nodes and of what processes say to each other about metadata.
 *
 * <p>Records are objects of their components; {@link SegmentName} and {@link ShardId} are text,
 * also as keys; a {@link Value} is an object with one member, its stored type; moments are ISO
 * text; an empty Optional is null or absent; a {@link CommitReport} carries its {@code kind}.
 * Unknown members are ignored, so that an older process reads what a newer one wrote; records that
 * are nodes, and are read to be written again, keep them as {@code unknown}, so that it does not
 * erase them (records within them do not); an absent list or map is empty, so that a newer process
 * reads what an older one wrote.
 */
public final class ClusterJson {

  private static final JsonMapper MAPPER = createMapper();

  private ClusterJson() {}

  public static JsonMapper mapper() {
    return MAPPER;
  }

  public static byte[] write(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /**
   * @throws JacksonException if the bytes are not JSON of this type
   */
  public static <T> T read(byte[] json, Class<T> type) {
    T value = MAPPER.readValue(json, type);
    if (value == null) {
      throw new IllegalArgumentException("null where a " + type.getSimpleName() + " is expected");
    }
    return value;
  }

  private static JsonMapper createMapper() {
    SimpleModule module = new SimpleModule("gamay-cluster");
    addText(module, SegmentName.class, SegmentName::parse);
    addText(module, ShardId.class, ShardId::parse);
    module.addSerializer(Value.class, new ValueSerializer());
    module.addDeserializer(Value.class, new ValueDeserializer());
    return JsonMapper.builder()
        .addModule(module)
        .addMixIn(CommitReport.class, CommitReportTag.class)
        .changeDefaultVisibility(
            visibility ->
                visibility
                    .withFieldVisibility(Visibility.ANY)
                    .withGetterVisibility(Visibility.NONE)
                    .withIsGetterVisibility(Visibility.NONE))
        .withConfigOverride(Map.class, ClusterJson::emptyWhereAbsent)
        .withConfigOverride(List.class, ClusterJson::emptyWhereAbsent)
        .withConfigOverride(Set.class, ClusterJson::emptyWhereAbsent)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS)
        .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
        .build();
  }

  private static void emptyWhereAbsent(MutableConfigOverride type) {
    type.setNullHandling(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
  }

  private static <T> void addText(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(type, new ToStringSerializer(type));
    module.addKeySerializer(type, new TextKeySerializer<>(type));
    module.addDeserializer(type, new TextDeserializer<>(type, parse));
    module.addKeyDeserializer(type, new TextKeyDeserializer(type, parse));
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = CommitReport.Consumed.class, name = "CONSUMED"),
    @JsonSubTypes.Type(value = CommitReport.Committed.class, name = "COMMITTED"),
    @JsonSubTypes.Type(value = CommitReport.Failed.class, name = "FAILED")
  })
  private interface CommitReportTag {}

  private static final class TextKeySerializer<T> extends StdSerializer<T> {
    TextKeySerializer(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator json, SerializationContext context) {
      json.writeName(value.toString());
    }
  }

  private static final class TextDeserializer<T> extends StdDeserializer<T> {
    private final Function<String, T> parse;

    TextDeserializer(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser json, DeserializationContext context) {
      String text = json.getValueAsString();
      try {
        return parse.apply(text);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw context.weirdStringException(text, handledType(), String.valueOf(e.getMessage()));
      }
    }
  }

  private static final class TextKeyDeserializer extends KeyDeserializer {
    private final Class<?> type;
    private final Function<String, ?> parse;

    TextKeyDeserializer(Class<?> type, Function<String, ?> parse) {
      this.type = type;
      this.parse = parse;
    }

    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      try {
        return parse.apply(key);
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw context.weirdKeyException(type, key, String.valueOf(e.getMessage()));
      }
    }
  }
}
