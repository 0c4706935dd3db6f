package io.gamay.quickstart.client;

import io.gamay.quickstart.client.RestClient.Response;
import io.gamay.quickstart.console.Failure;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** A controller, asked in Pinot's REST forms. A refusal is a {@link Failure} in its words. */
public final class ControllerClient {
  /** How a controller, in Pinot's words, refuses a table without a schema. */
  private static final String NO_SCHEMA = "Failed to find schema for table";

  private final RestClient rest;

  /**
   * @param address {@code host:port}, or a URL
   */
  public ControllerClient(String address) {
    rest = new RestClient(address, "controller", "--controller");
  }

  /** Adds the schema, or replaces it by a compatible one; returns what the controller said. */
  public JsonNode addSchema(String schemaJson) {
    return addSchema(schemaJson, false);
  }

  /**
   * Adds the schema, or replaces it; returns what the controller said.
   *
   * @param isForced take it even if sealed segments can no longer be read as before
   */
  public JsonNode addSchema(String schemaJson, boolean isForced) {
    String path = isForced ? "/schemas?force=true" : "/schemas";
    return fine(rest.post(path, schemaJson), "the schema was not added");
  }

  /** The names of all schemas. */
  public List<String> schemas() {
    JsonNode answer = fine(rest.get("/schemas"), "the schemas could not be listed");
    return answer.valueStream().map(JsonNode::asString).toList();
  }

  /** The schema; empty when there is none of that name. */
  public Optional<JsonNode> schema(String name) {
    Response response = rest.get("/schemas/" + encoded(name));
    return response.status() == 404
        ? Optional.empty()
        : Optional.of(fine(response, "schema " + name + " could not be read"));
  }

  /** Deletes a schema that no table has; returns what the controller said. */
  public JsonNode dropSchema(String name) {
    return fine(rest.delete("/schemas/" + encoded(name)), "schema " + name + " was not dropped");
  }

  /** Creates the table; returns what the controller said. */
  public JsonNode createTable(String tableConfigJson) {
    Response response = rest.post("/tables", tableConfigJson);
    if (!response.isFine() && response.error().startsWith(NO_SCHEMA)) {
      throw new Failure(
          "the table was not created: "
              + response.error()
              + "; add it before ('gamay schema add FILE'), or give its file with --schema");
    }
    return fine(response, "the table was not created");
  }

  /** The names of all tables, without type suffix. */
  public List<String> tables() {
    JsonNode answer = fine(rest.get("/tables"), "the tables could not be listed");
    return answer.path("tables").valueStream().map(JsonNode::asString).toList();
  }

  /** The table's configs by type; empty when there is no such table. */
  public Optional<JsonNode> table(String name) {
    Response response = rest.get("/tables/" + encoded(name));
    if (response.status() == 404) {
      return Optional.empty();
    }
    JsonNode configs = fine(response, "table " + name + " could not be read");
    return configs.isEmpty() ? Optional.empty() : Optional.of(configs);
  }

  /** The table's schema; empty when there is none. */
  public Optional<JsonNode> tableSchema(String name) {
    Response response = rest.get("/tables/" + encoded(name) + "/schema");
    return response.status() == 404
        ? Optional.empty()
        : Optional.of(fine(response, "the schema of table " + name + " could not be read"));
  }

  /** Deletes the table and its data; returns what the controller said. */
  public JsonNode dropTable(String name) {
    return fine(rest.delete("/tables/" + encoded(name)), "table " + name + " was not dropped");
  }

  /**
   * Stops the consumption of a table; what it said.
   *
   * @param comment why; may be empty
   */
  public JsonNode pause(String name, String comment) {
    return consumption(
        name, "pauseConsumption?comment=" + encoded(comment), "table " + name + " was not paused");
  }

  /**
   * Consumes a paused table again; what it said.
   *
   * @param consumeFrom lastConsumed, smallest or largest
   */
  public JsonNode resume(String name, String consumeFrom, String comment) {
    return consumption(
        name,
        "resumeConsumption?consumeFrom=%s&comment=%s"
            .formatted(encoded(consumeFrom), encoded(comment)),
        "table " + name + " was not resumed");
  }

  /** Commits what a table has consumed; what it said. */
  public JsonNode forceCommit(String name) {
    return consumption(name, "forceCommit", "table " + name + " was not committed");
  }

  /** How far a forced commit is. */
  public JsonNode forceCommitStatus(String jobId) {
    return fine(
        rest.get("/tables/forceCommitStatus/" + encoded(jobId)),
        "how far commit " + jobId + " is could not be read");
  }

  /**
   * Brings a table's segments to where they belong; what it said.
   *
   * @param parameters as in a URL, encoded
   */
  public JsonNode rebalance(String name, String parameters) {
    return consumption(
        name,
        "rebalance" + (parameters.isEmpty() ? "" : "?" + parameters),
        "table " + name + " is not rebalanced");
  }

  /** How far a rebalance is. */
  public JsonNode rebalanceStatus(String jobId) {
    return fine(
        rest.get("/rebalanceStatus/" + encoded(jobId)),
        "how far rebalance " + jobId + " is could not be read");
  }

  private JsonNode consumption(String name, String action, String otherwise) {
    return fine(rest.post("/tables/" + encoded(name) + "/" + action, ""), otherwise);
  }

  /** Any {@code GET} that answers JSON; empty when the controller refuses it. */
  public Optional<JsonNode> get(String path) {
    Response response = rest.get(path);
    return response.isFine() ? response.json() : Optional.empty();
  }

  /** How it says that it is. */
  public Health health() {
    return rest.health();
  }

  /** The form of a name inside a path. */
  public static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static JsonNode fine(Response response, String otherwise) {
    if (!response.isFine()) {
      throw new Failure(otherwise + ": " + response.error());
    }
    return response
        .json()
        .orElseThrow(
            () -> new Failure(otherwise + ": the controller's answer is not JSON, is it one?"));
  }
}
