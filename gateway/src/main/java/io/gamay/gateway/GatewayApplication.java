package io.gamay.gateway;

import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The gateway process. Settings: {@code gamay-gateway.yml}, the environment, then the command line.
 */
@SpringBootApplication
public class GatewayApplication {

  public static void main(String[] args) {
    builder().run(args);
  }

  /**
   * Starts this service inside the calling JVM, next to others.
   *
   * @param settings property name to value; wins over the defaults in {@code gamay-gateway.yml}
   */
  public static ConfigurableApplicationContext start(Map<String, Object> settings) {
    String[] args =
        settings.entrySet().stream()
            .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    return builder().run(args);
  }

  private static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(GatewayApplication.class)
        .properties("spring.config.name=gamay-gateway");
  }
}
