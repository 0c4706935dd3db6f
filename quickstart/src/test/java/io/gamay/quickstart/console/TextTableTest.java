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
            Rome       12345  y""");
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
    assertThat(ProgressBar.line(12_345, 0.5, Duration.ofSeconds(2)))
        .isEqualTo("[##############..............]  50%  12,345 rows  6,172 rows/s ");
    assertThat(ProgressBar.line(0, 1.7, Duration.ZERO)).contains("100%", "0 rows/s");
  }
}
