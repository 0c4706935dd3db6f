package io.gamay.cluster.table;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as configs write them: {@code 200M}, {@code 1.5G}, {@code 1048576}. */
final class SizeText {

  static final String FORMS = "for example 200M, 1.5G, or bytes";

  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*([bkmgtp]?)b?");
  private static final String UNITS = "bkmgtp";

  private SizeText() {}

  /** Empty if the text is none of the forms. Units are powers of 1,024. */
  static OptionalLong parse(String text) {
    Matcher matcher = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      return OptionalLong.empty();
    }
    int power = Math.max(0, UNITS.indexOf(matcher.group(2)));
    BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(new BigDecimal(1024).pow(power));
    return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? OptionalLong.empty()
        : OptionalLong.of(bytes.longValue());
  }
}
