package io.gamay.ingest.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.segment.SegmentName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskBudgetTest {

  private static final long PLENTY = 1L << 50;

  @TempDir Path directory;

  private DiskBudget.Usage usage = new DiskBudget.Usage(0, PLENTY, PLENTY);
  private boolean isAway;
  private Instant now = Instant.EPOCH;

  @Test
  void segmentsThatReachTheirBudgetAreShortOfDiskUntilAPartOfItIsFree() {
    DiskBudget budget = budget(OptionalLong.of(1000), OptionalLong.of(0));
    assertThat(shortageAt(budget, 999, PLENTY)).isEmpty();
    assertThat(shortageAt(budget, 1000, PLENTY)).contains("1000 bytes");
    assertThat(shortageAt(budget, 950, PLENTY)).isNotEmpty();
    assertThat(shortageAt(budget, 949, PLENTY)).isEmpty();
    assertThat(shortageAt(budget, 999, PLENTY)).isEmpty();
  }

  @Test
  void diskOfOthersIsLeftFree() {
    DiskBudget budget = budget(OptionalLong.empty(), OptionalLong.of(1000));
    assertThat(shortageAt(budget, PLENTY, 1000)).isEmpty();
    assertThat(shortageAt(budget, 0, 999)).contains("1000 bytes");
    assertThat(shortageAt(budget, 0, 1049)).isNotEmpty();
    assertThat(shortageAt(budget, 0, 1050)).isEmpty();
  }

  @Test
  void withoutASettingAPartOfASmallDiskIsLeftFreeAndAGigabyteOfALargeOne() {
    DiskBudget budget = budget(OptionalLong.empty(), OptionalLong.empty());
    assertThat(shortageAt(budget, 0, 1L << 30)).isEmpty();
    assertThat(shortageAt(budget, 0, (1L << 30) - 1)).isNotEmpty();
    DiskBudget small = budget(OptionalLong.empty(), OptionalLong.empty());
    read(small, new DiskBudget.Usage(0, 2_000, 100_000));
    assertThat(small.shortage()).isEmpty();
    read(small, new DiskBudget.Usage(0, 1_999, 100_000));
    assertThat(small.shortage()).isNotEmpty();
  }

  @Test
  void diskIsNotLookedAtMoreThanOnceASecondAndKeepsItsWordWhileItIsAway() {
    DiskBudget budget = budget(OptionalLong.of(10), OptionalLong.empty());
    assertThat(shortageAt(budget, 11, PLENTY)).isNotEmpty();
    usage = new DiskBudget.Usage(0, PLENTY, PLENTY);
    budget.refresh();
    assertThat(budget.shortage()).isNotEmpty();
    isAway = true;
    now = now.plusSeconds(1);
    budget.refresh();
    assertThat(budget.shortage()).isNotEmpty();
    isAway = false;
    now = now.plusSeconds(1);
    budget.refresh();
    assertThat(budget.shortage()).isEmpty();
  }

  @Test
  void filesOfSegmentsAreCountedWholeOrUnfinishedAndTheirDirectoryNeedNotExist() throws Exception {
    LocalSegments local = new LocalSegments(directory.resolve("later"));
    assertThat(local.read().segmentBytes()).isZero();
    assertThat(local.read().totalBytes()).isPositive();
    Path file = local.prepare("t-1", SegmentName.create("t", 0, 0, Instant.EPOCH));
    Files.write(file, new byte[70]);
    Files.write(file.resolveSibling("fetched-1"), new byte[5]);
    assertThat(local.read().segmentBytes()).isEqualTo(75);
    assertThat(local.read().freeBytes()).isPositive();
  }

  private String shortageAt(DiskBudget budget, long segmentBytes, long freeBytes) {
    read(budget, new DiskBudget.Usage(segmentBytes, freeBytes, PLENTY));
    return budget.shortage();
  }

  private void read(DiskBudget budget, DiskBudget.Usage next) {
    usage = next;
    now = now.plusSeconds(1);
    budget.refresh();
    assertThat(budget.usage()).isEqualTo(next);
  }

  private DiskBudget budget(OptionalLong maxBytes, OptionalLong leastFreeBytes) {
    return new DiskBudget(this::read, maxBytes, leastFreeBytes, () -> now);
  }

  private DiskBudget.Usage read() throws IOException {
    if (isAway) {
      throw new IOException("away");
    }
    return usage;
  }
}
