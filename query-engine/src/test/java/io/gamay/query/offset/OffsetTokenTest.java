package io.gamay.query.offset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gamay.segment.ledger.OffsetRange;
import io.gamay.testkit.random.SeededRandom;
import io.gamay.testkit.random.Seeds;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OffsetTokenTest {

  @Test
  void everyTokenIsReadBackAsItWasWritten() {
    Seeds.forEach(
        300,
        random -> {
          OffsetToken token = token(random);
          assertThat(token.text()).matches("[A-Za-z0-9._~-]+");
          assertThat(OffsetToken.parse(token.text())).isEqualTo(token);
        });
  }

  @Test
  void noTokenThatWasCutOffOrChangedIsRead() {
    Seeds.forEach(
        100,
        random -> {
          String text = token(random).text();
          String cut = text.substring(0, random.between(0, text.length() - 1));
          assertThatThrownBy(() -> OffsetToken.parse(cut))
              .isInstanceOf(MalformedTokenException.class);
          byte[] bytes = Base64.getUrlDecoder().decode(text.substring(3));
          bytes[random.between(0, bytes.length - 1)] ^= (byte) (1 << random.between(0, 7));
          String changed = "o1." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
          assertThatThrownBy(() -> OffsetToken.parse(changed))
              .isInstanceOf(MalformedTokenException.class);
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | does not begin with o1.",
        "0:1 | does not begin with o1.",
        "o2.AAAA | does not begin with o1.",
        "o1. | was cut off or changed",
        "o1.AA=A | not base64url",
        "o1.ä | not base64url",
      })
  void whatIsNoTokenIsRefusedInWords(String text, String reason) {
    assertThatThrownBy(() -> OffsetToken.parse(text))
        .isInstanceOf(MalformedTokenException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void tooLongATextIsRefusedUnread() {
    String text = "o1." + "A".repeat(OffsetToken.MAX_CHARACTERS);
    assertThatThrownBy(() -> OffsetToken.parse(text)).hasMessageContaining("more than 65536");
  }

  @Test
  void hundredsOfPartitionsFitIntoAHeader() {
    NavigableMap<Integer, OffsetRange> ranges = new TreeMap<>();
    SeededRandom random = new SeededRandom(1);
    for (int partition = 0; partition < 512; partition++) {
      ranges.put(partition, new OffsetRange(0, random.between(1, Integer.MAX_VALUE - 1)));
    }
    assertThat(OffsetToken.of(new TableOffsets("trips-lq3k2x9a", ranges)).text())
        .hasSizeLessThan(OffsetToken.MAX_CARRIED_CHARACTERS);
  }

  @Test
  void newestOffsetsStandInFrontAndNeverFall() {
    OffsetToken before =
        OffsetToken.of(table("a-1", 5, 7)).with(table("b-1", 3)).with(table("a-1", 6, 2));
    assertThat(before).isEqualTo(new OffsetToken(List.of(table("a-1", 6, 7), table("b-1", 3))));
    assertThat(before.of("b-1")).contains(table("b-1", 3));
    assertThat(before.of("b-2")).isEmpty();
  }

  @Test
  void tokenOfManyTablesForgetsTheOldestAndKeepsTheNewestWhateverItTakes() {
    OffsetToken token = OffsetToken.of(table("t-0", 1));
    for (int number = 1; number < 300; number++) {
      token = token.with(wide("t-" + number, 40));
    }
    assertThat(token.text()).hasSizeLessThanOrEqualTo(OffsetToken.MAX_CARRIED_CHARACTERS);
    assertThat(token.tables().size()).isGreaterThan(20);
    assertThat(token.tables().getFirst().tableId()).isEqualTo("t-299");
    assertThat(token.of("t-1")).isEmpty();
    OffsetToken wide = token.with(wide("huge", 3_000));
    assertThat(wide.tables()).hasSize(1);
    assertThat(wide.of("huge").orElseThrow().ranges()).hasSize(3_000);
  }

  private static TableOffsets wide(String tableId, int partitions) {
    NavigableMap<Integer, OffsetRange> ranges = new TreeMap<>();
    for (int partition = 0; partition < partitions; partition++) {
      ranges.put(partition, new OffsetRange(0, 1_000_003L * (partition % 7)));
    }
    return new TableOffsets(tableId, ranges);
  }

  private static TableOffsets table(String tableId, long... ends) {
    NavigableMap<Integer, OffsetRange> ranges = new TreeMap<>();
    for (int partition = 0; partition < ends.length; partition++) {
      ranges.put(partition, new OffsetRange(0, ends[partition]));
    }
    return new TableOffsets(tableId, ranges);
  }

  private static OffsetToken token(SeededRandom random) {
    List<TableOffsets> tables = new ArrayList<>();
    for (int table = random.between(0, 3); table > 0; table--) {
      Map<Integer, OffsetRange> ranges = new TreeMap<>();
      for (int count = random.between(0, 30); count > 0; count--) {
        long start = random.chance(0.5) ? random.between(0, 100) : random.anyLong() & ~(1L << 63);
        long size = random.chance(0.5) ? random.between(0, 100) : random.anyLong() & ~(1L << 63);
        long end = start + size < 0 ? Long.MAX_VALUE : start + size;
        int partition = random.chance(0.7) ? random.between(0, 50) : random.anyInt() & ~(1 << 31);
        ranges.put(partition, new OffsetRange(start, end));
      }
      tables.add(new TableOffsets(random.anyString(10) + "-" + table, ranges));
    }
    return new OffsetToken(tables);
  }
}
