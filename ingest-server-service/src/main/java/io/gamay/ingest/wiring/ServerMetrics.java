package io.gamay.ingest.wiring;

import io.gamay.ingest.consume.ConsumptionLimits;
import io.gamay.ingest.consume.PauseReason;
import io.gamay.ingest.hosting.Eviction;
import io.gamay.ingest.hosting.HostingReports;
import io.gamay.ingest.hosting.RetryPool;
import io.gamay.query.budget.QueryMemory;
import io.gamay.query.reuse.ResultCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/** What limits and slows consumption on this server, and what queries are spared, as meters. */
final class ServerMetrics implements MeterBinder {

  private final ConsumptionLimits limits;
  private final Eviction eviction;
  private final HostingReports reports;
  private final QueryMemory queryMemory;
  private final ResultCache results;
  private final LongAdder decodeDetours;
  private final RetryPool seals;
  private final RetryPool uploads;
  private final RetryPool reloads;

  ServerMetrics(
      ConsumptionLimits limits,
      Eviction eviction,
      HostingReports reports,
      QueryMemory queryMemory,
      ResultCache results,
      LongAdder decodeDetours,
      RetryPool seals,
      RetryPool uploads,
      RetryPool reloads) {
    this.limits = limits;
    this.eviction = eviction;
    this.reports = reports;
    this.queryMemory = queryMemory;
    this.results = results;
    this.decodeDetours = decodeDetours;
    this.seals = seals;
    this.uploads = uploads;
    this.reloads = reloads;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(
        registry,
        "gamay_server_mutable_bytes",
        "memory of segments that are not sealed",
        of -> of.memory().usedBytes());
    gauge(
        registry,
        "gamay_server_mutable_unused_bytes",
        "of that memory, room in slabs that no row takes yet",
        of -> of.memory().unusedBytes());
    gauge(
        registry,
        "gamay_server_mutable_limit_bytes",
        "memory that they may take",
        of -> of.memory().limitBytes());
    gauge(
        registry,
        "gamay_server_disk_segment_bytes",
        "files of segments",
        of -> of.disk().usage().segmentBytes());
    gauge(
        registry,
        "gamay_server_disk_free_bytes",
        "of the disk that they lie on",
        of -> of.disk().usage().freeBytes());
    Gauge.builder("gamay_server_query_memory_bytes", queryMemory, QueryMemory::usedBytes)
        .description("memory of the queries under way")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("gamay_server_query_memory_limit_bytes", queryMemory, QueryMemory::maxBytes)
        .description("memory that they may take")
        .baseUnit("bytes")
        .register(registry);
    for (PauseReason reason : PauseReason.values()) {
      String name = reason.name().toLowerCase(Locale.ROOT);
      Gauge.builder("gamay_server_paused_partitions", limits, of -> of.pausedPartitions(reason))
          .tag("reason", name)
          .description("partitions that wait")
          .register(registry);
      FunctionCounter.builder("gamay_server_pauses", limits, of -> of.pauseCount(reason))
          .tag("reason", name)
          .description("how often a partition began to wait")
          .register(registry);
    }
    FunctionCounter.builder("gamay_server_decode_detours", decodeDetours, LongAdder::sum)
        .description("JSON records that were not laid out or written as expected, decoded slower")
        .register(registry);
    bindResults(registry);
    bindEviction(registry);
    bind(registry, "seal", seals);
    bind(registry, "upload", uploads);
    bind(registry, "reload", reloads);
  }

  private void bindResults(MeterRegistry registry) {
    FunctionCounter.builder("gamay_server_result_cache_hits", results, ResultCache::hits)
        .description("sealed segments whose results were kept of an earlier query")
        .register(registry);
    FunctionCounter.builder("gamay_server_result_cache_misses", results, ResultCache::misses)
        .description("sealed segments whose results were looked for in vain")
        .register(registry);
    Gauge.builder("gamay_server_result_cache_bytes", results, ResultCache::sizeBytes)
        .description("memory of results that are kept")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("gamay_server_result_cache_limit_bytes", results, ResultCache::maxBytes)
        .description("memory that they may take")
        .baseUnit("bytes")
        .register(registry);
  }

  private void bindEviction(MeterRegistry registry) {
    Gauge.builder("gamay_server_sealed_bytes", eviction, of -> of.room().usedBytes())
        .description("sealed files that are on the disk")
        .baseUnit("bytes")
        .register(registry);
    if (eviction.room().limitBytes().isPresent()) {
      Gauge.builder(
              "gamay_server_sealed_limit_bytes",
              eviction,
              of -> of.room().limitBytes().orElseThrow())
          .description("that they may take before some are evicted")
          .baseUnit("bytes")
          .register(registry);
    }
    Gauge.builder("gamay_server_fetching_bytes", eviction, of -> of.room().claimedBytes())
        .description("room that is taken for files on their way")
        .baseUnit("bytes")
        .register(registry);
    FunctionCounter.builder("gamay_server_evictions", eviction, Eviction::evictions)
        .description("sealed files that were deleted because others needed their room")
        .register(registry);
    FunctionCounter.builder("gamay_server_eviction_refusals", eviction, Eviction::refusals)
        .description("sealed files that stayed beyond the limit because the deep store lacks them")
        .register(registry);
    Gauge.builder("gamay_server_evicted_segments", reports, of -> of.evicted().segments())
        .description("segments that are hosted without their files")
        .register(registry);
    Gauge.builder("gamay_server_evicted_bytes", reports, of -> of.evicted().bytes())
        .description("of the files of these")
        .baseUnit("bytes")
        .register(registry);
    FunctionTimer.builder(
            "gamay_server_segment_fetches",
            eviction,
            Eviction::fetches,
            Eviction::fetchNanos,
            TimeUnit.NANOSECONDS)
        .description("evicted segments that were fetched because a query needed them")
        .register(registry);
    FunctionCounter.builder("gamay_server_segment_fetch_failures", eviction, Eviction::failures)
        .description("fetches for queries that failed")
        .register(registry);
    Gauge.builder("gamay_server_segment_fetches_waiting", eviction, Eviction::waiting)
        .description("segments that queries wait for: for room, a thread, or the download")
        .register(registry);
    Gauge.builder(
            "gamay_server_segment_fetches_without_room", eviction, of -> of.room().waitingClaims())
        .description("fetches that wait for room on the disk")
        .register(registry);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<ConsumptionLimits> value) {
    Gauge.builder(name, limits, value)
        .description(description)
        .baseUnit("bytes")
        .register(registry);
  }

  private static void bind(MeterRegistry registry, String work, RetryPool pool) {
    Gauge.builder("gamay_server_work_running", pool, RetryPool::runningCount)
        .tag("work", work)
        .description("segments that it is done for")
        .register(registry);
    Gauge.builder("gamay_server_work_waiting", pool, RetryPool::waitingCount)
        .tag("work", work)
        .description("segments that wait for a thread or for the next try")
        .register(registry);
  }
}
