package dev.backplane;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ObjectInputStream;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.Test;

/// Holds the arrows between packages, which point down only.
final class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.backplane");

    @Test
    void arrowsPointDown() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("store")
                .definedBy("dev.backplane.store..")
                .layer("events")
                .definedBy("dev.backplane.events..")
                .layer("api")
                .definedBy("dev.backplane")
                .layer("codec")
                .definedBy("dev.backplane.codec..")
                .layer("pickle")
                .definedBy("dev.backplane.pickle..")
                .layer("shm")
                .definedBy("dev.backplane.shm..")
                .layer("process")
                .definedBy("dev.backplane.process..")
                .layer("pool")
                .definedBy("dev.backplane.pool..")
                .layer("connection")
                .definedBy("dev.backplane.connection..")
                .layer("jmx")
                .definedBy("dev.backplane.jmx..")
                .layer("remote")
                .definedBy("dev.backplane.remote..")
                .whereLayer("events")
                .mayNotAccessAnyLayer()
                .whereLayer("jmx")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("pool")
                .mayOnlyBeAccessedByLayers("jmx")
                .whereLayer("remote")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("connection")
                .mayOnlyBeAccessedByLayers("remote")
                .whereLayer("process")
                .mayOnlyBeAccessedByLayers("pool", "connection")
                .whereLayer("shm")
                .mayOnlyBeAccessedByLayers("pool", "connection", "jmx")
                .whereLayer("pickle")
                .mayOnlyBeAccessedByLayers("remote")
                .whereLayer("codec")
                .mayOnlyBeAccessedByLayers("pickle", "shm", "process", "pool", "connection", "remote", "api")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.backplane.(events|store|shm|jmx|process|pool|connection|pickle|remote)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void nativeCodeIsReachedInTheStoreOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.backplane.store")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(Linker.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(SymbolLookup.class)
                .check(CLASSES);
    }

    @Test
    void chronicleQueueIsReachedInTheDurableStoreOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.backplane.store.durable")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("net.openhft..")
                .check(CLASSES);
    }

    @Test
    void nothingUsesWhatIsInternalToTheJdk() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun.misc..", "jdk.internal..")
                .check(CLASSES);
    }

    @Test
    void serializedObjectsAreReadInTheCodecOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.backplane.codec..")
                .and()
                .doNotHaveFullyQualifiedName("dev.backplane.shm.SegmentObject")
                .should()
                .dependOnClassesThat()
                .areAssignableTo(ObjectInputStream.class)
                .check(CLASSES);
    }

    @Test
    void nobodySleeps() {
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .check(CLASSES);
    }

    @Test
    void nothingStaticChanges() {
        fields().that().areStatic().should().beFinal().check(CLASSES);
    }

    @Test
    void layoutsAreFinalAndTheirOwnPackagesAffair() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Layout")
                .and()
                .doNotHaveSimpleName("SegmentLayout")
                .and()
                .doNotHaveSimpleName(
                        "RecordLayout") // Derived from a class of the user's, not the bytes of a shared type.
                .should()
                .notBePublic()
                .andShould()
                .haveModifier(com.tngtech.archunit.core.domain.JavaModifier.FINAL)
                .check(CLASSES);
    }
}
