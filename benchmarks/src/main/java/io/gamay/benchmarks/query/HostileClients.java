package io.gamay.benchmarks.query;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/**
 * What well-behaved clients notice of hostile ones: eight clients ask small queries of the bench's
 * events, first alone, then beside eight that ask for the worst they can think of. Prints how long
 * the small queries took, and what became of the others. Every query is answered, if only with an
 * error, or the run fails.
 *
 * <p>Arguments: a broker's address, {@code http://127.0.0.1:8099}, and a table of the bench's
 * events. System properties: {@code seconds} of each of the two parts (60), {@code kind}: only
 * hostile queries whose name holds it.
 */
public final class HostileClients {

  private static final int CLIENTS = 8;
  private static final long HOUR_MILLIS = 3_600_000;
  private static final long FIRST_HOUR = 1_780_000_000_000L / HOUR_MILLIS * HOUR_MILLIS;
  private static final Pattern FIRST_ERROR_CODE = Pattern.compile("\"errorCode\":(\\d+)");
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final URI address;
  private final String table;
  private final Duration time;

  private HostileClients(URI address, String table, Duration time) {
    this.address = address;
    this.table = table;
    this.time = time;
  }

  public static void main(String[] arguments) throws InterruptedException, ExecutionException {
    Duration time = Duration.ofSeconds(Long.getLong("seconds", 60));
    new HostileClients(URI.create(arguments[0] + "/query/sql"), arguments[1], time).run();
  }

  private void run() throws InterruptedException, ExecutionException {
    ask(CLIENTS, List.of());
    Outcome alone = ask(CLIENTS, List.of());
    System.out.println("alone:  " + alone);
    String kind = System.getProperty("kind", "");
    List<Hostile> queries = hostile().stream().filter(one -> one.name().contains(kind)).toList();
    if (queries.isEmpty()) {
      throw new IllegalArgumentException("no hostile query has a name with " + kind);
    }
    Outcome beside = ask(CLIENTS, queries);
    System.out.println("beside: " + beside);
    System.out.printf(
        "p95 beside hostile clients is %.2f times that alone%n", beside.p(95) / alone.p(95));
  }

  /** How long small queries took, in ms, and the answers of all others by query and outcome. */
  private record Outcome(List<Double> millis, Map<String, LongAdder> hostileAnswers) {

    double p(int percent) {
      return millis.get(Math.min(millis.size() - 1, millis.size() * percent / 100));
    }

    @Override
    public String toString() {
      StringBuilder text =
          new StringBuilder(
              "%d small queries, p50 %.1f, p95 %.1f, p99 %.1f, longest %.1f ms"
                  .formatted(millis.size(), p(50), p(95), p(99), millis.getLast()));
      hostileAnswers.forEach(
          (what, count) -> text.append("%n        %6d %s".formatted(count.sum(), what)));
      return text.toString();
    }
  }

  private record Hostile(String name, String sql) {}

  private Outcome ask(int smallClients, List<Hostile> hostile)
      throws InterruptedException, ExecutionException {
    List<Double> millis = Collections.synchronizedList(new ArrayList<>());
    Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    long end = System.nanoTime() + time.toNanos();
    List<Future<?>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int client = 0; client < smallClients; client++) {
        int number = client;
        clients.add(threads.submit(() -> askSmall(number, end, millis)));
      }
      for (int client = 0; client < (hostile.isEmpty() ? 0 : CLIENTS); client++) {
        int number = client;
        clients.add(threads.submit(() -> askHostile(number, hostile, end, answers)));
      }
      for (Future<?> client : clients) {
        client.get();
      }
    }
    Collections.sort(millis);
    return new Outcome(millis, new TreeMap<>(answers));
  }

  private void askSmall(int client, long end, List<Double> millis) {
    List<String> queries = small(client);
    for (int number = client; System.nanoTime() < end; number++) {
      long start = System.nanoTime();
      String answer = post(queries.get(number % queries.size()));
      millis.add((System.nanoTime() - start) / 1e6);
      if (!answer.contains("\"exceptions\":[]")) {
        throw new IllegalStateException("a small query failed: " + answer);
      }
    }
  }

  private void askHostile(
      int client, List<Hostile> queries, long end, Map<String, LongAdder> answers) {
    for (int number = client; System.nanoTime() < end; number++) {
      Hostile query = queries.get(number % queries.size());
      Matcher error = FIRST_ERROR_CODE.matcher(post(query.sql()));
      String outcome = error.find() ? "error " + error.group(1) : "answered";
      answers.computeIfAbsent(query.name() + ": " + outcome, _ -> new LongAdder()).increment();
    }
  }

  /** The beginning of the answer: all of a small one. */
  private String post(String sql) {
    String body =
        JSON.writeValueAsString(Map.of("sql", sql, "queryOptions", "useResultCache=false"));
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("content-type", "application/json")
            .timeout(Duration.ofMinutes(2))
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<InputStream> response = http.send(request, BodyHandlers.ofInputStream());
      try (InputStream in = response.body()) {
        String begin = new String(in.readNBytes(1 << 16), StandardCharsets.UTF_8);
        in.transferTo(OutputStream.nullOutputStream());
        return begin;
      }
    } catch (IOException e) {
      throw new IllegalStateException("no answer to " + sql.substring(0, 60), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private List<String> small(int client) {
    List<String> countries = List.of("US", "IN", "CN", "BR", "DE", "GB", "FR", "JP");
    String country = countries.get(client % countries.size());
    long hour = FIRST_HOUR + (client * 7 + 20) * HOUR_MILLIS;
    String inHour = "ts >= %d AND ts < %d".formatted(hour, hour + HOUR_MILLIS);
    return List.of(
        "SELECT COUNT(*), SUM(amount) FROM %s WHERE user_id = %d"
            .formatted(table, 4711 + client * 997),
        "SELECT COUNT(*), AVG(latency_ms) FROM %s WHERE country = '%s' AND device = 'mobile' AND event_type = 'purchase'"
            .formatted(table, country),
        "SELECT event_type, COUNT(*), SUM(amount) FROM %s WHERE %s GROUP BY event_type ORDER BY event_type LIMIT 20"
            .formatted(table, inHour),
        "SELECT city, COUNT(*), SUM(amount) FROM %s WHERE country = '%s' GROUP BY city ORDER BY COUNT(*) DESC, city LIMIT 10"
            .formatted(table, country),
        "SELECT ts, user_id, url, amount FROM %s WHERE event_type = 'purchase' AND %s ORDER BY amount DESC, ts, user_id LIMIT 10"
            .formatted(table, inHour));
  }

  private List<Hostile> hostile() {
    String manyValues =
        IntStream.range(0, 50_000).mapToObj(Integer::toString).collect(Collectors.joining(","));
    String deep = "(".repeat(10_000) + "1" + ")".repeat(10_000);
    String manyOrs =
        IntStream.range(0, 2_000)
            .mapToObj("url LIKE '%%a%%%d%%b%%'"::formatted)
            .collect(Collectors.joining(" OR "));
    return Arrays.asList(
        new Hostile(
            "cross product of keys",
            "SELECT user_id, session_id, url, COUNT(*) FROM %s GROUP BY user_id, session_id, url ORDER BY COUNT(*) DESC LIMIT 10"
                .formatted(table)),
        new Hostile(
            "cross product of lists",
            "SELECT tags, url, session_id, COUNT(*) FROM %s GROUP BY tags, url, session_id LIMIT 10"
                .formatted(table)),
        new Hostile("all rows", "SELECT * FROM %s LIMIT 5000000".formatted(table)),
        new Hostile(
            "all rows in order",
            "SELECT * FROM %s ORDER BY url, amount, user_id LIMIT 5000000".formatted(table)),
        new Hostile(
            "catastrophic regular expression",
            "SELECT COUNT(*) FROM %s WHERE REGEXP_LIKE(url, '^(([a-z/0-9])+.)+[A-Z]([a-z/0-9])+$')"
                .formatted(table)),
        new Hostile(
            "regular expression of each row",
            "SELECT COUNT(*) FROM %s WHERE REGEXP_LIKE(session_id || url, '(x+x+)+y')"
                .formatted(table)),
        new Hostile("deep nesting", "SELECT %s FROM %s".formatted(deep, table)),
        new Hostile("many patterns", "SELECT COUNT(*) FROM %s WHERE %s".formatted(table, manyOrs)),
        new Hostile(
            "many values",
            "SELECT COUNT(*) FROM %s WHERE user_id IN (%s)".formatted(table, manyValues)),
        new Hostile(
            "all values in one list", "SELECT LISTAGG(session_id, ',') FROM %s".formatted(table)),
        new Hostile(
            "sketches of everything",
            "SELECT session_id, DISTINCTCOUNTHLL(url), PERCENTILETDIGEST(amount, 95) FROM %s GROUP BY session_id ORDER BY 2 DESC LIMIT 10"
                .formatted(table)));
  }
}
