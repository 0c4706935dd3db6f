package io.gamay.quickstart.client;

import io.gamay.quickstart.console.Failure;
import io.gamay.quickstart.console.Misuse;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * JSON over HTTP with one service at one address. Numbers are read as they are written: a LONG
 * keeps its digits and a DOUBLE its form.
 *
 * <p>Connecting is given up soon, an answer is not: the first one after a service's start may take
 * seconds on a busy machine.
 */
public final class RestClient {
  private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(3);
  static final Duration ANSWER_PATIENCE = Duration.ofSeconds(30);

  static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final HttpClient http;
  private final URI base;
  private final String service;
  private final String option;
  private final Duration answerPatience;

  /**
   * @param address {@code host:port}, or a URL
   * @param service what listens there, for messages
   * @param option the option that names another address, for messages
   */
  public RestClient(String address, String service, String option) {
    this(address, service, option, ANSWER_PATIENCE);
  }

  RestClient(String address, String service, String option, Duration answerPatience) {
    this.http = HttpClient.newBuilder().connectTimeout(CONNECT_PATIENCE).build();
    this.base = base(address, option);
    this.service = service;
    this.option = option;
    this.answerPatience = answerPatience;
  }

  private static URI base(String address, String option) {
    try {
      URI base = URI.create(address.contains("://") ? address : "http://" + address);
      if (base.getHost() != null) {
        return base;
      }
    } catch (IllegalArgumentException notAUri) {
      // Refused below, as an address without a host is.
    }
    throw new Misuse(option + " is HOST:PORT or a URL, not '" + address + "'");
  }

  /** A response whose status is what the caller judges. */
  public record Response(int status, String body) {
    /** Whether the service did what it was asked. */
    public boolean isFine() {
      return status >= 200 && status < 300;
    }

    /** The body as JSON; empty when it is something else. */
    public Optional<JsonNode> json() {
      try {
        return Optional.of(JSON.readTree(body));
      } catch (JacksonException notJson) {
        return Optional.empty();
      }
    }

    /** What the service says went wrong, in its words. */
    public String error() {
      return json()
          .map(node -> node.path("error").asString(node.path("message").asString(body)))
          .or(() -> isPage() ? Optional.empty() : Optional.of(body.strip()))
          .filter(text -> !text.isBlank())
          .orElse("HTTP status " + status);
    }

    /** Whether the body is markup, which is for browsers. */
    private boolean isPage() {
      return body.stripLeading().startsWith("<");
    }
  }

  /** Where this client talks to. */
  public URI base() {
    return base;
  }

  public Response get(String path) {
    return send("GET", path, null, answerPatience);
  }

  public Response post(String path, String json) {
    return send("POST", path, json, Duration.ofMinutes(5));
  }

  public Response delete(String path) {
    return send("DELETE", path, null, Duration.ofMinutes(2));
  }

  /** What {@code GET /health} says. */
  public Health health() {
    try {
      Response response = get("/health");
      return response.isFine() ? Health.UP : new Health(false, "not ready: " + response.error());
    } catch (Failure unreachable) {
      boolean isSilent = unreachable.getCause() instanceof HttpTimeoutException;
      return isSilent && !isConnecting(unreachable.getCause())
          ? new Health(false, "DOWN: no answer within " + answerPatience.toSeconds() + " s")
          : Health.DOWN;
    }
  }

  private Response send(String method, String path, @Nullable String json, Duration patience) {
    var body = json == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json);
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(patience)
            .header("Content-Type", "application/json")
            .method(method, body)
            .build();
    try {
      var response = http.send(request, BodyHandlers.ofString());
      return new Response(response.statusCode(), response.body());
    } catch (IOException unreachable) {
      throw new Failure(unreachable(unreachable), unreachable);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Failure("interrupted while waiting for the " + service, interrupted);
    }
  }

  private String unreachable(IOException failure) {
    String address = base.getAuthority();
    if (isConnecting(failure)) {
      return "no %s answers at %s; is the quickstart running ('gamay quickstart' starts it)? if it was started with --port-offset, pass the same here, or %s HOST:PORT"
          .formatted(service, address, option);
    }
    if (failure instanceof HttpTimeoutException) {
      return "the %s at %s took the request and did not answer in time; try again"
          .formatted(service, address);
    }
    return "the connection to the %s at %s broke: %s".formatted(service, address, failure);
  }

  private static boolean isConnecting(@Nullable Throwable failure) {
    return failure instanceof HttpConnectTimeoutException || failure instanceof ConnectException;
  }
}
