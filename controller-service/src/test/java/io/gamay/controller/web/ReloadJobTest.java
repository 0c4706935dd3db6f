package io.gamay.controller.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.report.ReloadReport;
import io.gamay.cluster.segment.SegmentName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ReloadJobTest {

  private static final SegmentName SEGMENT = SegmentName.create("trips", 0, 3, Instant.EPOCH);

  @Test
  void anIdSaysAllOfTheJob() {
    for (int order : new int[] {0, 7}) {
      for (Optional<SegmentName> segment :
          List.of(Optional.<SegmentName>empty(), Optional.of(SEGMENT))) {
        ReloadJob job = new ReloadJob("trips-1", 5, 2, 1, order, segment);
        assertThat(ReloadJob.parse(job.id())).contains(job);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "trips-1",
        "trips-1~1~1~1",
        "trips-1~1~1~1~upload",
        "trips-1~1~1~1~download",
        "trips-1~1~1~1~download0",
        "trips-1~-1~1~1~reload",
        "trips-1~1~99999999999999~1~reload",
        "trips-1~1~1~1~download99999999999",
        "trips-1~1~1~1~reload~",
        "trips-1~1~1~1~reload~{x}",
        "trips-1~1~1~1~reload~trips__0__99999999999__20260101T0000Z",
        "~1~1~1~reload",
      })
  void whatIsNoJobsIdIsNone(String id) {
    assertThat(ReloadJob.parse(id)).isEmpty();
  }

  @Test
  void aServerMeetsItByWhatItHolds() {
    ReloadJob job = new ReloadJob("trips-1", 5, 2, 1, 7, Optional.empty());
    assertThat(job.isMetBy(held(2, true, 7))).isTrue();
    assertThat(job.isMetBy(held(3, true, 8))).isTrue();
    assertThat(job.isMetBy(held(1, true, 7))).as("an older config").isFalse();
    assertThat(job.isMetBy(held(2, false, 7))).as("without its indexes").isFalse();
    assertThat(job.isMetBy(held(2, true, 6))).as("an older copy").isFalse();
  }

  private static ReloadReport held(int configVersion, boolean isIndexed, int downloadOrder) {
    return new ReloadReport(SEGMENT.toString(), configVersion, isIndexed, downloadOrder, "");
  }
}
