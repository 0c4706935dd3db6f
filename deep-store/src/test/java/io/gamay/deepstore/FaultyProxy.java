package io.gamay.deepstore;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Hands requests to a real server one at a time, and does not hand over some of them or of their
 * answers.
 */
final class FaultyProxy implements AutoCloseable {

  private static final Set<String> OWN_HEADERS =
      Set.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private final HttpServer server;
  private final ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI target;
  private final AtomicReference<Plan> plan = new AtomicReference<>((number, method) -> Fault.NONE);
  private final ReentrantLock oneAtATime = new ReentrantLock();
  private final AtomicInteger requests = new AtomicInteger();
  private final AtomicInteger faults = new AtomicInteger();

  /** What happens to a request. */
  enum Fault {
    NONE,
    /** 500 without asking the server. */
    REFUSED,
    /** The connection ends without asking the server. */
    LOST,
    /** The server does it, and the connection ends before its answer. */
    ANSWER_LOST,
    /** The connection ends in the middle of the answer's content. */
    CONTENT_CUT,
    /** One bit of the answer's content is wrong. */
    CONTENT_ALTERED
  }

  /** Which request meets which fault. */
  @FunctionalInterface
  interface Plan {

    /**
     * @param number 1 for the first request since the plan was made
     */
    Fault of(int number, String method);
  }

  private FaultyProxy(HttpServer server, URI target) {
    this.server = server;
    this.target = target;
  }

  static FaultyProxy start(URI target) throws IOException {
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    HttpServer server = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
    FaultyProxy proxy = new FaultyProxy(server, target);
    server.createContext("/", proxy::handle);
    server.setExecutor(proxy.pool);
    server.start();
    return proxy;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  void plan(Plan newPlan) {
    plan.set(newPlan);
    requests.set(0);
    faults.set(0);
  }

  int requestCount() {
    return requests.get();
  }

  int faultCount() {
    return faults.get();
  }

  @Override
  public void close() {
    server.stop(0);
    pool.close();
    client.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] content = exchange.getRequestBody().readAllBytes();
      Fault fault = plan.get().of(requests.incrementAndGet(), exchange.getRequestMethod());
      if (fault != Fault.NONE) {
        faults.incrementAndGet();
      }
      if (fault == Fault.REFUSED) {
        exchange.sendResponseHeaders(500, -1);
        return;
      }
      if (fault == Fault.LOST) {
        return;
      }
      HttpResponse<byte[]> answer = ask(exchange, content);
      if (fault != Fault.ANSWER_LOST) {
        answer(exchange, answer, fault);
      }
    }
  }

  private HttpResponse<byte[]> ask(HttpExchange exchange, byte[] content) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI().toString()))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(content));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (isHandedOver(name)) {
                values.forEach(value -> request.header(name, value));
              }
            });
    oneAtATime.lock();
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException(interrupted);
    } finally {
      oneAtATime.unlock();
    }
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> answer, Fault fault)
      throws IOException {
    answer
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              if (isHandedOver(name)) {
                exchange.getResponseHeaders().put(name, new ArrayList<>(values));
              }
            });
    byte[] content = answer.body();
    if (exchange.getRequestMethod().equals("HEAD")) {
      List<String> length = answer.headers().allValues("content-length");
      exchange.getResponseHeaders().put("content-length", new ArrayList<>(length));
      exchange.sendResponseHeaders(answer.statusCode(), -1);
      return;
    }
    if (fault == Fault.CONTENT_ALTERED) {
      content[content.length / 2] ^= 1;
    }
    exchange.sendResponseHeaders(answer.statusCode(), content.length == 0 ? -1 : content.length);
    exchange
        .getResponseBody()
        .write(fault == Fault.CONTENT_CUT ? Arrays.copyOf(content, content.length / 2) : content);
    exchange.getResponseBody().flush();
  }

  private static boolean isHandedOver(String header) {
    return !OWN_HEADERS.contains(header.toLowerCase(Locale.ROOT));
  }
}
