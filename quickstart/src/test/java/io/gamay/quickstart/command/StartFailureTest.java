package io.gamay.quickstart.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.gamay.cluster.store.MetadataException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.beans.factory.UnsatisfiedDependencyException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ApplicationContextException;

class StartFailureTest {

  @Test
  void theCauseIsToldAndNotTheBeansAroundIt() {
    var failure =
        new UnsatisfiedDependencyException(
            "a.class",
            "controllerLife",
            "parameter 0",
            new BeanCreationException(
                "metadataStore",
                "factory method threw",
                new IllegalArgumentException("no such\n\tx")));
    assertThat(StartFailure.reason(failure)).isEqualTo("no such x");
  }

  @Test
  void whereZooKeeperIsAbsentTheRemedyIsNamed() {
    var failure =
        new BeanCreationException(
            "metadataStore",
            "factory method threw",
            new MetadataException("no connection to ZooKeeper at 127.0.0.1:2681 within PT10S"));
    assertThat(StartFailure.reason(failure))
        .isEqualTo(
            "no connection to ZooKeeper at 127.0.0.1:2681 within 10 s; start it with 'gamay start"
                + " zookeeper', or pass --zookeeper");
  }

  @Test
  void aTakenPortIsNamed() {
    var failure =
        new ApplicationContextException(
            "failed to start bean 'webServerStartStop'",
            new PortInUseException(8098, new BindException("Address already in use")));
    assertThat(StartFailure.reason(failure)).startsWith("port 8098 is taken");
  }

  @Test
  void theRootIsAddedWhereTheOutermostCauseDoesNotSayIt() {
    assertThat(
            StartFailure.reason(
                new BeanCreationException(
                    "deepStore",
                    "factory method threw",
                    new IllegalStateException(
                        "deep store cannot be opened", new AccessDeniedException("/a")))))
        .isEqualTo("deep store cannot be opened (AccessDeniedException: /a)");
    assertThat(StartFailure.reason(new IOException())).isEqualTo("IOException");
    assertThat(StartFailure.reason(new BeanCreationException("only Spring knows")))
        .isEqualTo("only Spring knows");
  }
}
