package dev.semantica.sampler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may see what. */
@AnalyzeClasses(packages = "dev.semantica.sampler", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    @ArchTest
    static final ArchRule ONLY_ONNX_SEES_THE_RUNTIME = noClasses()
            .that()
            .resideOutsideOfPackage("dev.semantica.sampler.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.onnxruntime..");

    @ArchTest
    static final ArchRule ONLY_WORKER_AND_QUEUE_SEE_KAFKA = noClasses()
            .that()
            .resideOutsideOfPackages("dev.semantica.sampler.worker..", "dev.semantica.sampler.queue..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka..");

    @ArchTest
    static final ArchRule NOBODY_SEES_THE_WORKER = noClasses()
            .that()
            .resideOutsideOfPackage("dev.semantica.sampler.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.semantica.sampler.worker..");

    @ArchTest
    static final ArchRule THE_ENGINE_DOES_NOT_SEE_WHAT_RUNS_IT = noClasses()
            .that()
            .resideInAnyPackage(
                    "dev.semantica.sampler.bundle..", "dev.semantica.sampler.engine..", "dev.semantica.sampler.image..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.semantica.sampler.onnx..", "dev.semantica.sampler.queue..");

    @ArchTest
    static final ArchRule IMPORTS_KNOW_BUNDLES_ALONE = noClasses()
            .that()
            .resideInAPackage("dev.semantica.sampler.diffusers..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.semantica.sampler.engine..",
                    "dev.semantica.sampler.image..",
                    "dev.semantica.sampler.onnx..",
                    "dev.semantica.sampler.queue..",
                    "dev.semantica.sampler.source..");
}
