package io.gamay.quickstart.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.quickstart.console.TextTable.Column;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTableTest {

  @Test
  void textIsAlignedLeftAndNumbersRightWithoutTrailingBlanks() {
    var table =
        new TextTable(
            List.of(new Column("city", false), new Column("n", true), new Column("x", false)));
    table.add(List.of("S\u00e3o Paulo", "5", "")).add(List.of("Rome", "12345", "y"));
    assertThat(table.render())
        .isEqualTo(
            """
            city           n  x
            ---------  -----  -
            S\u00e3o Paulo      5
            Rome       12345  y\
            """);
  }

  @Test
  void theWidestTextIsWrappedAtBlanksToTheWidthThatIsWanted() {
    var table =
        new TextTable(List.of(new Column("what it does", false), new Column("number", true)));
    table.add(List.of("  takes the words of a sentence one by one", "5"));
    table.add(List.of("x".repeat(35), "6"));
    assertThat(table.render(40))
        .isEqualTo(
            """
            what it does                      number
            --------------------------------  ------
              takes the words of a sentence        5
                one by one
            xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx       6
              xxx\
            """);
    assertThat(table.render(60)).isEqualTo(table.render());
    assertThat(table.render(10).lines().mapToInt(String::length).max()).hasValue(38);
  }

  @Test
  void aTableOfNumbersIsNotWrapped() {
    var table = new TextTable(List.of(new Column("n", true))).add(List.of("1".repeat(50)));
    assertThat(table.render(20)).isEqualTo(table.render());
  }

  @Test
  void theWidthOfATerminalIsWhatItSaysOrAUsualOne() {
    assertThat(Terminal.columns("72")).isEqualTo(72);
    for (String none : new String[] {"", "0", "-3", "wide"}) {
      assertThat(Terminal.columns(none)).isEqualTo(100);
    }
    assertThat(Terminal.columns(null)).isEqualTo(100);
  }

  @Test
  void aRowIsALineWhateverItsCellsHold() {
    assertThat(TextTable.ofText("a").add(List.of("x\ny\t\u001b[31m")).render())
        .endsWith("\nx\\ny\\t\\u001b[31m");
  }

  @Test
  void aRowOfAnotherWidthIsRefused() {
    assertThatThrownBy(() -> TextTable.ofText("a", "b").add(List.of("x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theProgressLineNamesRowsRateAndPercent() {
    assertThat(ProgressBar.line(12_345, 0.5, Duration.ofSeconds(2), "rows"))
        .isEqualTo("[##############..............]  50%  12,345 rows  6,172 rows/s ");
    assertThat(ProgressBar.line(0, 1.7, Duration.ZERO, "rows")).contains("100%", "0 rows/s");
  }
}
