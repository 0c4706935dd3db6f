package io.gamay.quickstart;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZonedDateTime;

/** The written rules of the house, over all modules: this one sees them all. */
@AnalyzeClasses(packages = "io.gamay", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] SERVICES = {"controller", "ingest", "broker", "gateway"};

  @ArchTest
  static final ArchRule enginesKnowNoFramework =
      noClasses()
          .that()
          .resideInAnyPackage("io.gamay.segment..", "io.gamay.query..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.springframework..",
              "reactor..",
              "org.apache.kafka..",
              "software.amazon..",
              "jakarta..");

  @ArchTest
  static final ArchRule segmentCoreKnowsNoSibling =
      noClasses()
          .that()
          .resideInAPackage("io.gamay.segment..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.gamay..").and(not(resideInAnyPackage("io.gamay.segment.."))));

  @ArchTest
  static final ArchRule reactorStaysAtTheDoors =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "..web..", "..scatter..", "..client..", "..wiring..", "io.gamay.testkit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("reactor..", "org.reactivestreams..");

  @ArchTest
  static final ArchRule kafkaStaysInItsRooms =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "io.gamay.ingest.stream..",
              "io.gamay.controller.stream..",
              "io.gamay.quickstart..",
              "io.gamay.testkit..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..");

  @ArchTest
  static final ArchRule jooqStaysInsideTheParser =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.gamay.query.sql..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.jooq..");

  @ArchTest
  static final ArchRule onlyTheFormatOpensSegmentFiles =
      noClasses()
          .that()
          .resideInAPackage("io.gamay.segment..")
          .and()
          .resideOutsideOfPackage("io.gamay.segment.format..")
          .should()
          .dependOnClassesThat()
          .belongToAnyOf(FileChannel.class, RandomAccessFile.class, Files.class);

  @ArchTest
  static void noServiceDependsOnAService(JavaClasses classes) {
    for (String service : SERVICES) {
      for (String other : SERVICES) {
        if (!service.equals(other)) {
          noClasses()
              .that()
              .resideInAPackage("io.gamay." + service + "..")
              .should()
              .dependOnClassesThat()
              .resideInAPackage("io.gamay." + other + "..")
              .check(classes);
        }
      }
    }
  }

  @ArchTest
  static final ArchRule packagesHaveNoCycles =
      slices().matching("io.gamay.(*).(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule nothingIsInjectedIntoFields =
      fields()
          .should()
          .notBeAnnotatedWith("org.springframework.beans.factory.annotation.Autowired")
          .andShould()
          .notBeAnnotatedWith("org.springframework.beans.factory.annotation.Value");

  @ArchTest
  static final ArchRule onlyTheCommandPrints =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.gamay.quickstart..", "io.gamay.testkit..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule nobodySleepsOrBlocksOrReadsTheClock =
      noClasses()
          .that()
          .resideOutsideOfPackages("io.gamay.testkit..")
          .should()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod("reactor.core.publisher.Mono", "block")
          .orShould()
          .callMethod("reactor.core.publisher.Flux", "blockLast")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(LocalDate.class, "now")
          .orShould()
          .callMethod(LocalDateTime.class, "now")
          .orShould()
          .callMethod(ZonedDateTime.class, "now")
          .orShould()
          .callMethod(Clock.class, "systemUTC")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");
}
