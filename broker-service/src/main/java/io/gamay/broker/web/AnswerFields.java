package io.gamay.broker.web;

import io.gamay.broker.gather.QueryAnswer;
import io.gamay.broker.gather.QueryAnswer.Effort;
import io.gamay.broker.gather.QueryAnswer.Problem;
import io.gamay.query.budget.ThreadUsage;
import io.gamay.query.merge.ExecutionStatistics;
import io.gamay.query.merge.ResultTable;
import io.gamay.segment.ledger.OffsetRange;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Everything of an answer but its rows, in Pinot's fields and order; then what is our own: {@code
 * numSegmentsFromCache}, {@code notices}, {@code coverage}: per partition the offset ranges that
 * the answer is made of, {@code offsets}: their ends, and {@code offsetToken}.
 */
final class AnswerFields {

  private AnswerFields() {}

  /** Writes the fields into an object that is open. */
  static void write(JsonGenerator json, QueryAnswer answer, String brokerId, long timeUsedMillis) {
    Effort effort = answer.effort();
    json.writeNumberProperty(
        "numRowsResultSet", answer.table().map(ResultTable::rowCount).orElse(0));
    json.writeBooleanProperty("partialResult", answer.isPartial());
    writeProblems(json, answer.problems());
    json.writeBooleanProperty("numGroupsLimitReached", effort.groupLimitReached());
    json.writeBooleanProperty(
        "numGroupsWarningLimitReached", effort.groupLimitReached() || effort.groupLimitNear());
    json.writeBooleanProperty("groupsTrimmed", effort.groupsTrimmed());
    json.writeBooleanProperty("maxRowsInDistinctReached", false);
    json.writeBooleanProperty("maxRowsWithoutChangeInDistinctReached", false);
    json.writeBooleanProperty("maxExecutionTimeInDistinctReached", false);
    json.writeNumberProperty("timeUsedMs", timeUsedMillis);
    json.writeNumberProperty("brokerReduceTimeMs", effort.reduceMillis());
    json.writeStringProperty("requestId", answer.requestId());
    json.writeStringProperty("brokerId", brokerId);
    json.writeName("clientRequestId");
    answer.clientQueryId().ifPresentOrElse(json::writeString, json::writeNull);
    writeStatistics(json, answer);
    writeUsage(json, "offline", ThreadUsage.NONE, ThreadUsage.NONE);
    writeUsage(
        json, "realtime", answer.statistics().threads(), answer.statistics().serialization());
    json.writeNumberProperty(
        "explainPlanNumEmptyFilterSegments", answer.effort().emptyFilterSegments());
    json.writeNumberProperty(
        "explainPlanNumMatchAllFilterSegments", answer.effort().matchAllFilterSegments());
    json.writeName("traceInfo");
    json.writeStartObject();
    json.writeEndObject();
    writeTexts(json, "tablesQueried", answer.tablesQueried());
    writeTexts(json, "pools", List.of());
    json.writeBooleanProperty("rlsFiltersApplied", false);
    json.writeNumberProperty("numSegmentsFromCache", answer.statistics().segmentsReused());
    writeTexts(json, "notices", answer.notices());
    writeCoverage(json, answer);
    json.writeName("offsets");
    json.writeStartObject();
    answer
        .offsets()
        .forEach((partition, end) -> json.writeNumberProperty(partition.toString(), end));
    json.writeEndObject();
    json.writeName("offsetToken");
    answer.offsetToken().ifPresentOrElse(json::writeString, json::writeNull);
  }

  private static void writeProblems(JsonGenerator json, List<Problem> problems) {
    json.writeName("exceptions");
    json.writeStartArray();
    for (Problem problem : problems) {
      json.writeStartObject();
      json.writeNumberProperty("errorCode", problem.code().number());
      json.writeStringProperty("message", problem.code().text() + ": " + problem.message());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeStatistics(JsonGenerator json, QueryAnswer answer) {
    ExecutionStatistics statistics = answer.statistics();
    Effort effort = answer.effort();
    json.writeNumberProperty("numDocsScanned", statistics.docsScanned());
    json.writeNumberProperty("totalDocs", statistics.totalDocs() + effort.docsPruned());
    json.writeNumberProperty("numEntriesScannedInFilter", statistics.entriesScannedInFilter());
    json.writeNumberProperty("numEntriesScannedPostFilter", statistics.entriesScannedPostFilter());
    json.writeNumberProperty("numServersQueried", effort.serversQueried());
    json.writeNumberProperty("numServersResponded", effort.serversResponded());
    json.writeNumberProperty(
        "numSegmentsQueried", statistics.segmentsQueried() + effort.segmentsPruned());
    json.writeNumberProperty("numSegmentsProcessed", statistics.segmentsProcessed());
    json.writeNumberProperty("numSegmentsMatched", statistics.segmentsMatched());
    json.writeNumberProperty("numConsumingSegmentsQueried", statistics.consumingSegmentsQueried());
    json.writeNumberProperty(
        "numConsumingSegmentsProcessed", statistics.consumingSegmentsProcessed());
    json.writeNumberProperty("numConsumingSegmentsMatched", statistics.consumingSegmentsMatched());
    json.writeNumberProperty("minConsumingFreshnessTimeMs", effort.minConsumingFreshnessMillis());
    json.writeNumberProperty("numSegmentsPrunedByBroker", effort.segmentsPruned());
    json.writeNumberProperty("numSegmentsPrunedByServer", statistics.segmentsPruned());
    json.writeNumberProperty("numSegmentsPrunedInvalid", statistics.segmentsPrunedInvalid());
    json.writeNumberProperty("numSegmentsPrunedByLimit", statistics.segmentsPrunedByLimit());
    json.writeNumberProperty("numSegmentsPrunedByValue", statistics.segmentsPrunedByValue());
  }

  /** What the system does for the threads is counted with them, not by itself. */
  private static void writeUsage(
      JsonGenerator json, String tables, ThreadUsage threads, ThreadUsage serialization) {
    ThreadUsage total = threads.plus(serialization);
    json.writeNumberProperty(tables + "ThreadCpuTimeNs", threads.cpuNanos());
    json.writeNumberProperty(tables + "SystemActivitiesCpuTimeNs", 0);
    json.writeNumberProperty(tables + "ResponseSerializationCpuTimeNs", serialization.cpuNanos());
    json.writeNumberProperty(tables + "TotalCpuTimeNs", total.cpuNanos());
    json.writeNumberProperty(tables + "ThreadMemAllocatedBytes", threads.allocatedBytes());
    json.writeNumberProperty(
        tables + "ResponseSerMemAllocatedBytes", serialization.allocatedBytes());
    json.writeNumberProperty(tables + "TotalMemAllocatedBytes", total.allocatedBytes());
  }

  private static void writeTexts(JsonGenerator json, String name, List<String> texts) {
    json.writeName(name);
    json.writeStartArray();
    texts.forEach(json::writeString);
    json.writeEndArray();
  }

  private static void writeCoverage(JsonGenerator json, QueryAnswer answer) {
    json.writeName("coverage");
    json.writeStartArray();
    for (Map.Entry<Integer, List<OffsetRange>> partition : answer.coverage().entrySet()) {
      json.writeStartObject();
      json.writeNumberProperty("partition", partition.getKey());
      json.writeName("ranges");
      json.writeStartArray();
      for (OffsetRange range : partition.getValue()) {
        json.writeStartObject();
        json.writeNumberProperty("start", range.start());
        json.writeNumberProperty("end", range.end());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
