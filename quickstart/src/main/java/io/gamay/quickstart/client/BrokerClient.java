package io.gamay.quickstart.client;

import io.gamay.quickstart.client.RestClient.Response;
import io.gamay.quickstart.console.Failure;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** A broker, asked in Pinot's REST form. */
public final class BrokerClient {
  private final RestClient rest;

  /**
   * @param address {@code host:port}, or a URL
   */
  public BrokerClient(String address) {
    rest = new RestClient(address, "broker", "--broker");
  }

  /** Runs the query; what the broker found wrong with it is in the answer. */
  public QueryAnswer query(String sql) {
    Response response =
        rest.post("/query/sql", RestClient.JSON.writeValueAsString(Map.of("sql", sql)));
    if (!response.isFine()) {
      throw new Failure("the query was refused: " + response.error());
    }
    JsonNode json =
        response
            .json()
            .filter(JsonNode::isObject)
            .orElseThrow(() -> new Failure("the answer is not JSON; is this a broker's address?"));
    return QueryAnswer.of(json);
  }
}
