package io.gamay.query.evaluate;

import io.gamay.query.error.QueryErrorCode;
import io.gamay.query.error.QueryException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Matches UTF-8 text with a LIKE pattern in time linear in the text, whatever the pattern: all ways
 * to match are followed at once, one bit each. Bit i of the state says that the text so far matches
 * the first i characters of the pattern; a percent sign lets the bit in front of it stay. One
 * thread.
 */
public final class LikeMatcher {

  private static final int ASCII = 128;

  private final boolean caseInsensitive;
  private final int words;

  /** Bits of the states that may stay: a percent sign follows. */
  private final long[] staying;

  /** Bits of the states that {@code _} leads to. */
  private final long[] anyCharacter;

  /** Distinct characters of the pattern, ascending, and the states that each leads to. */
  private final int[] characters;

  private final long[][] leadsTo;
  private final int lastState;
  private final long[][] asciiLeadsTo = new long[ASCII][];
  private long[] state;
  private long[] next;

  /**
   * @param escape makes the character behind it stand for itself
   * @throws QueryException if the pattern ends with the escape character
   */
  public LikeMatcher(String pattern, Optional<Character> escape, boolean caseInsensitive) {
    this.caseInsensitive = caseInsensitive;
    Tokens tokens = Tokens.of(pattern, escape, caseInsensitive);
    lastState = tokens.count;
    words = (lastState >> 6) + 1;
    staying = new long[words];
    anyCharacter = new long[words];
    characters =
        Arrays.stream(tokens.characters, 0, tokens.count)
            .filter(c -> c >= 0)
            .sorted()
            .distinct()
            .toArray();
    for (int position = 0; position <= tokens.count; position++) {
      if (tokens.percentBefore[position]) {
        set(staying, position);
      }
    }
    for (int position = 0; position < tokens.count; position++) {
      if (tokens.characters[position] == Tokens.ANY) {
        set(anyCharacter, position + 1);
      }
    }
    leadsTo = new long[characters.length][];
    for (int index = 0; index < characters.length; index++) {
      leadsTo[index] = anyCharacter.clone();
      for (int position = 0; position < tokens.count; position++) {
        if (tokens.characters[position] == characters[index]) {
          set(leadsTo[index], position + 1);
        }
      }
    }
    for (int c = 0; c < ASCII; c++) {
      asciiLeadsTo[c] = lookUp(c);
    }
    state = new long[words];
    next = new long[words];
  }

  /** Whether all of {@code text[from, end)} matches. */
  public boolean matches(byte[] text, int from, int end) {
    Arrays.fill(state, 0);
    state[0] = 1;
    int position = from;
    while (position < end) {
      int lead = text[position];
      int length = lead >= 0 ? 1 : (lead & 0xe0) == 0xc0 ? 2 : (lead & 0xf0) == 0xe0 ? 3 : 4;
      length = Math.min(length, end - position);
      int character = length == 1 ? lead & 0xff : decode(text, position, length);
      step(caseInsensitive ? fold(character) : character);
      position += length;
    }
    return (state[lastState >> 6] >>> lastState & 1) != 0;
  }

  private void step(int character) {
    long[] reached = character < ASCII ? asciiLeadsTo[character] : lookUp(character);
    long carry = 0;
    for (int word = 0; word < words; word++) {
      long current = state[word];
      next[word] = ((current << 1 | carry) & reached[word]) | (current & staying[word]);
      carry = current >>> 63;
    }
    long[] swap = state;
    state = next;
    next = swap;
  }

  private long[] lookUp(int character) {
    int index = Arrays.binarySearch(characters, character);
    return index < 0 ? anyCharacter : leadsTo[index];
  }

  private static int decode(byte[] text, int position, int length) {
    int character = text[position] & (0xff >> (length + 1));
    for (int index = 1; index < length; index++) {
      character = character << 6 | (text[position + index] & 0x3f);
    }
    return character;
  }

  private static int fold(int character) {
    return Character.toLowerCase(Character.toUpperCase(character));
  }

  private static void set(long[] bits, int bit) {
    bits[bit >> 6] |= 1L << bit;
  }

  /** A pattern's characters, with the places of its percent signs. */
  private static final class Tokens {

    static final int ANY = -1;

    final int[] characters;
    final boolean[] percentBefore;
    int count;

    private Tokens(int capacity) {
      characters = new int[capacity];
      percentBefore = new boolean[capacity + 1];
    }

    static Tokens of(String pattern, Optional<Character> escape, boolean caseInsensitive) {
      int[] source = pattern.codePoints().toArray();
      int escapeCharacter = escape.isPresent() ? escape.get() : -1;
      Tokens tokens = new Tokens(source.length);
      for (int index = 0; index < source.length; index++) {
        int character = source[index];
        if (character == escapeCharacter) {
          if (++index == source.length) {
            throw new QueryException(
                QueryErrorCode.QUERY_EXECUTION,
                "LIKE pattern ends with its escape character: " + pattern);
          }
          character = source[index];
        } else if (character == '%') {
          tokens.percentBefore[tokens.count] = true;
          continue;
        } else if (character == '_') {
          tokens.characters[tokens.count++] = ANY;
          continue;
        }
        tokens.characters[tokens.count++] = caseInsensitive ? fold(character) : character;
      }
      return tokens;
    }
  }
}
