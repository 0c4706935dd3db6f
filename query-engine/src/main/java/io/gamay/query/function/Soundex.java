package io.gamay.query.function;

import java.util.Locale;

/** American Soundex: the first letter and three digits for the sounds of the consonants behind. */
final class Soundex {

  /** Digits of A to Z: 0 for vowels, which part equal sounds; 7 for H and W, which do not. */
  private static final String CODES = "01230127022455012623017202";

  private Soundex() {}

  static String of(String word) {
    var code = new StringBuilder(4);
    char last = '0';
    String letters = word.toUpperCase(Locale.ROOT);
    for (int index = 0; index < letters.length() && code.length() < 4; index++) {
      char letter = letters.charAt(index);
      if (letter < 'A' || letter > 'Z') {
        continue;
      }
      char digit = CODES.charAt(letter - 'A');
      if (code.isEmpty()) {
        code.append(letter);
      } else if (digit >= '1' && digit <= '6' && digit != last) {
        code.append(digit);
      }
      if (digit != '7') {
        last = digit;
      }
    }
    return code.isEmpty() ? "" : (code + "000").substring(0, 4);
  }
}
