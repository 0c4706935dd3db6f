package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class StrayLinesTest {

  @Test
  void whatIsPrintedArrivesLineByLine() {
    var lines = new ArrayList<String>();
    try (var stream = StrayLines.into(lines::add)) {
      stream.print("Removing ");
      stream.println("file: a\u00e9");
      stream.println();
      stream.print("b\r\nc");
    }
    assertThat(lines).containsExactly("Removing file: a\u00e9", "b");
  }
}
