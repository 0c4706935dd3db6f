package io.gamay.controller.web;

import java.util.List;
import java.util.Set;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Which requests only the leading controller can answer: all that change something, and reads of
 * what only its memory holds. Requests between processes, and those to the process itself, are for
 * whoever gets them.
 */
final class LeaderRequests {

  private static final Set<HttpMethod> READS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE);

  private static final List<PathPattern> OF_THIS_PROCESS = patterns("/internal/**", "/actuator/**");

  private static final List<PathPattern> READS_OF_MEMORY =
      patterns(
          "/tables/health",
          "/tables/{table}/health",
          "/tables/{table}/segmentsStatus",
          "/debug/tables/{table}");

  private LeaderRequests() {}

  static boolean isForLeader(ServerHttpRequest request) {
    PathContainer path = request.getPath().pathWithinApplication();
    if (matches(OF_THIS_PROCESS, path)) {
      return false;
    }
    return !READS.contains(request.getMethod())
        || (request.getMethod().equals(HttpMethod.GET) && matches(READS_OF_MEMORY, path));
  }

  private static boolean matches(List<PathPattern> patterns, PathContainer path) {
    return patterns.stream().anyMatch(pattern -> pattern.matches(path));
  }

  private static List<PathPattern> patterns(String... patterns) {
    return List.of(patterns).stream().map(PathPatternParser.defaultInstance::parse).toList();
  }
}
