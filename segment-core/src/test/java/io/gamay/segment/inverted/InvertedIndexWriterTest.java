package io.gamay.segment.inverted;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class InvertedIndexWriterTest {

  private static final int DOCS = 1_000_000;

  @Test
  void valuesOfOneRowInTwentyAreListedWhileListsTakeHalfOfTheColumn() {
    // Four bits a row: lists of 16 bits a row have room for one row in eight.
    int[] events = {450_000, 200_000, 215_000, 49_800, 35_200, 24_900, 10_100, 10_000, 5_000};
    assertThat(InvertedIndexWriter.mostListed(events, DOCS)).isEqualTo(35_200);
    events[4] += 5_000;
    events[2] -= 5_000;
    assertThat(InvertedIndexWriter.mostListed(events, DOCS)).isEqualTo(40_200);
    events[4] += 1_000;
    events[8] += 49_000;
    events[2] -= 50_000;
    assertThat(InvertedIndexWriter.mostListed(events, DOCS)).isEqualTo(41_200);
  }

  @Test
  void valuesOfMoreThanOneRowInTwentyAreNot() {
    int[] counts = {899_999, 50_001, 50_000};
    assertThat(InvertedIndexWriter.mostListed(counts, DOCS)).isEqualTo(50_000);
  }

  @Test
  void rareValuesAreListedWhateverThatTakes() {
    int[] two = {999_000, 1_000};
    assertThat(InvertedIndexWriter.mostListed(two, DOCS)).isEqualTo(DOCS / 256);
    int[] allRare = new int[400];
    Arrays.fill(allRare, DOCS / 400);
    assertThat(InvertedIndexWriter.mostListed(allRare, DOCS)).isEqualTo(DOCS / 256);
    assertThat(InvertedIndexWriter.mostListed(new int[] {10, 20}, 30)).isEqualTo(16);
    assertThat(InvertedIndexWriter.mostListed(new int[] {}, 0)).isEqualTo(16);
    assertThat(InvertedIndexWriter.mostListed(new int[] {DOCS}, DOCS)).isEqualTo(DOCS / 256);
  }

  @Test
  void ofValuesThatAreAsFrequentAllAreListedOrNone() {
    // Two bits a row have room for 62,500 listed rows: for one of the two, not for both.
    int[] counts = {919_998, 40_001, 40_001};
    assertThat(InvertedIndexWriter.mostListed(counts, DOCS)).isEqualTo(40_000);
    int[] smaller = {940_000, 30_000, 30_000};
    assertThat(InvertedIndexWriter.mostListed(smaller, DOCS)).isEqualTo(30_000);
  }
}
