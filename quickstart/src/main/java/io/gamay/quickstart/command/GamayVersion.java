package io.gamay.quickstart.command;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version that the jar's manifest names. */
final class GamayVersion implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(GamayVersion.class.getPackage().getImplementationVersion())
            .orElse("(not built as a jar)");
    return new String[] {"gamay " + version, "Java " + Runtime.version()};
  }
}
