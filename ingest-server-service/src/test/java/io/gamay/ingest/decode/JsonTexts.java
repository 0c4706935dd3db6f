package io.gamay.ingest.decode;

import io.gamay.testkit.random.SeededRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Makes JSON records: well-behaved events, odd ones, and broken ones. */
final class JsonTexts {

  private static final List<String> NUMBERS =
      List.of(
          "0",
          "-0",
          "-0.0",
          "0.0",
          "1.",
          ".5",
          "00",
          "01",
          "-01",
          "+1",
          "--1",
          "1.0",
          "1.50",
          "1e5",
          "1E+5",
          "1e-5",
          "1e",
          "1e+",
          "-",
          "12345678",
          "123456789",
          "99999999",
          "100000000",
          "1234567.12345678",
          "1234567.1234567",
          "123456789012345",
          "1234567890123456",
          "12345678901234567",
          "123456789012345678",
          "999999999999999999",
          "1000000000000000000",
          "9223372036854775807",
          "9223372036854775808",
          "-9223372036854775808",
          "-9223372036854775809",
          "123456789012345678901234567890",
          "2147483647",
          "2147483648",
          "-2147483648",
          "-2147483649",
          "9007199254740993",
          "9007199254740993.0",
          "0.1",
          "0.30000001",
          "16777217",
          "16777217.0",
          "16777215.5",
          "1.7976931348623157e308",
          "1e309",
          "-1e309",
          "4.9e-324",
          "1e-400",
          "3.4028235e38",
          "3.5e38",
          "1e39",
          "1e999999999",
          "0e0",
          "12.34.5",
          "1_000",
          "0x10",
          "NaN",
          "Infinity");

  private static final List<String> PIECES =
      List.of(
          "a",
          "b1",
          "tag_017",
          "\u00e9",
          "\u4e2d",
          "\ud83d\ude80",
          "\\n",
          "\\\"",
          "\\\\",
          "\\/",
          "\\u0041",
          "\\u00e9",
          "\\ud83d\\ude00",
          "\\b",
          "\\f",
          "\\t",
          "\\r",
          " ",
          "}",
          "]",
          ",",
          ":",
          "{",
          "0",
          "12",
          "true",
          "null",
          "/product/12345/details",
          "\u007f",
          "\u0080",
          "\uffff");

  private JsonTexts() {}

  /**
   * An event of the shape that streams of events have, without white space; one order of fields.
   */
  static byte[] event(SeededRandom random) {
    int tagCount = random.nextInt(5);
    List<String> tags = new ArrayList<>();
    for (int tag = 0; tag < tagCount; tag++) {
      tags.add("\"tag_%03d\"".formatted(random.nextInt(200)));
    }
    String country = random.oneOf(List.of("US", "IN", "DE", "NL"));
    return ("{\"ts\":%d,\"user_id\":%d,\"session_id\":\"s-%016x\",\"country\":\"%s\","
            + "\"city\":\"%s_city_%02d\",\"device\":\"%s\",\"event_type\":\"%s\","
            + "\"url\":\"/%s/%d/details\",\"amount\":%d.%02d,\"quantity\":%d,\"latency_ms\":%d,"
            + "\"tags\":[%s]}")
        .formatted(
            1_780_000_000_000L + random.nextInt(),
            random.nextInt(1, 1_000_000),
            random.nextLong(),
            country,
            country.toLowerCase(Locale.ROOT),
            random.nextInt(60),
            random.oneOf(List.of("mobile", "desktop", "tablet", "tv", "watch")),
            random.oneOf(List.of("view", "click", "add_to_cart", "purchase")),
            random.oneOf(List.of("product", "cart", "blog")),
            random.nextInt(50_000),
            random.nextInt(10_000),
            random.nextInt(100),
            random.nextInt(1, 100),
            random.nextInt(1, 20_000),
            String.join(",", tags))
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * How one producer writes.
   *
   * @param order of the fields
   */
  record Style(List<String> order, String comma, String colon, String end) {

    static Style any(List<String> names, SeededRandom random) {
      List<String> order = new ArrayList<>(names);
      if (random.chance(0.7)) {
        Collections.shuffle(order, new java.util.Random(random.nextLong()));
      }
      boolean isCompact = random.chance(0.5);
      return new Style(
          order,
          isCompact ? "," : random.oneOf(List.of(", ", ",\n  ", " , ", ",\t")),
          isCompact ? ":" : random.oneOf(List.of(": ", " : ", ":\r\n")),
          random.oneOf(List.of("", "", "\n", " ")));
    }

    /** One record: fields may be missing, come twice, or be unknown; values are of any kind. */
    String record(SeededRandom random) {
      List<String> members = new ArrayList<>();
      double missing = random.oneOf(List.of(0.0, 0.0, 0.2));
      for (String name : order) {
        if (!random.chance(missing)) {
          members.add("\"" + name + "\"" + colon + value(name, random));
        }
      }
      while (random.chance(0.1)) {
        String name = random.chance(0.5) ? random.oneOf(order) : "unknown";
        members.add(
            random.nextInt(members.size() + 1),
            "\""
                + (random.chance(0.2) ? escaped(name) : name)
                + "\""
                + colon
                + anyValue(random, 0));
      }
      return "{" + String.join(comma, members) + "}" + end;
    }

    /** Mostly what a column of such a name likes. */
    private static String value(String name, SeededRandom random) {
      if (random.chance(0.05)) {
        return anyValue(random, 0);
      }
      return switch (name.substring(name.lastIndexOf('.') + 1).charAt(0)) {
        case 'i' -> Integer.toString(random.anyInt());
        case 'l', 't' -> Long.toString(random.anyLong());
        case 'd', 'f' -> decimal(random);
        case 'b' -> random.oneOf(List.of("true", "false", "1", "0"));
        case 's' -> text(random);
        case 'm' -> list(random, () -> text(random));
        case 'n' -> list(random, () -> Integer.toString(random.anyInt()));
        default -> anyValue(random, 0);
      };
    }
  }

  private static String decimal(SeededRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(-1000, 1000) + "." + random.nextInt(1_000);
      case 1 -> number(random);
      case 2 -> random.anyDecimal(20).toString();
      default -> Double.toString(random.nextDouble() * 1000);
    };
  }

  static String number(SeededRandom random) {
    return random.chance(0.3) ? random.oneOf(NUMBERS) : random.anyDecimal(25).toPlainString();
  }

  private static String list(SeededRandom random, java.util.function.Supplier<String> element) {
    List<String> elements = new ArrayList<>();
    for (int count = random.nextInt(5); count > 0; count--) {
      elements.add(random.chance(0.03) ? "null" : element.get());
    }
    return "[" + String.join(random.oneOf(List.of(",", ",", ", ")), elements) + "]";
  }

  private static String anyValue(SeededRandom random, int depth) {
    return switch (random.nextInt(depth > 3 ? 6 : 9)) {
      case 0, 1 -> number(random);
      case 2 -> "null";
      case 3 -> random.chance(0.5) ? "true" : "false";
      case 4, 5 -> text(random);
      case 6 -> list(random, () -> anyValue(random, depth + 1));
      default -> {
        List<String> members = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
          String name = random.oneOf(List.of("a", "b", "c", "a.b", "b.c", "s1", "i1"));
          members.add("\"" + name + "\":" + anyValue(random, depth + 1));
        }
        yield "{" + String.join(",", members) + "}";
      }
    };
  }

  static String text(SeededRandom random) {
    if (random.chance(0.6)) {
      char[] plain = new char[random.nextInt(30)];
      Arrays.setAll(new Object[plain.length], i -> plain[i] = (char) random.between('a', 'z'));
      return "\"" + new String(plain) + "\"";
    }
    StringBuilder text = new StringBuilder("\"");
    for (int count = random.nextInt(12); count > 0; count--) {
      text.append(random.oneOf(PIECES));
    }
    return text.append('"').toString();
  }

  private static String escaped(String name) {
    return "\\u%04x".formatted((int) name.charAt(0)) + name.substring(1);
  }

  /** Breaks a record in one to three places, or cuts it; it may still be JSON afterwards. */
  static byte[] mutate(byte[] record, SeededRandom random) {
    byte[] mutated = record;
    for (int times = random.between(1, 3); times > 0 && mutated.length > 0; times--) {
      mutated = mutateOnce(mutated, random);
    }
    return mutated;
  }

  private static byte[] mutateOnce(byte[] record, SeededRandom random) {
    int at = random.nextInt(record.length);
    byte[] special =
        "{}[]:,\"\\0123456789.eE+-truefalsn u\t\n\0\u001f".getBytes(StandardCharsets.UTF_8);
    byte any =
        random.chance(0.8) ? special[random.nextInt(special.length)] : (byte) random.nextInt(256);
    byte[] changed = record.clone();
    switch (random.nextInt(6)) {
      case 0 -> changed[at] = any;
      case 1 -> changed = joined(record, 0, at, new byte[] {any}, record, at, record.length);
      case 2 -> changed = joined(record, 0, at, new byte[0], record, at + 1, record.length);
      case 3 -> {
        int to = random.between(at, Math.min(record.length, at + 12));
        changed = joined(record, 0, to, new byte[0], record, at, record.length);
      }
      case 4 -> changed = Arrays.copyOf(record, at);
      default -> changed[at] ^= (byte) (1 << random.nextInt(8));
    }
    return changed;
  }

  private static byte[] joined(
      byte[] first, int from, int to, byte[] middle, byte[] last, int lastFrom, int lastTo) {
    byte[] joined = new byte[to - from + middle.length + lastTo - lastFrom];
    System.arraycopy(first, from, joined, 0, to - from);
    System.arraycopy(middle, 0, joined, to - from, middle.length);
    System.arraycopy(last, lastFrom, joined, to - from + middle.length, lastTo - lastFrom);
    return joined;
  }
}
