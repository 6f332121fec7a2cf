package dev.semantica.it;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Modules meet through topics and files: which may see which. */
@AnalyzeClasses(packages = "dev.semantica", importOptions = ImportOption.DoNotIncludeTests.class)
class LayeringTest {

    private static final String[] SCHEMAS = {"dev.semantica.schemas.."};
    private static final String[] DIFFUSION = {"dev.semantica.diffusion.."};
    private static final String[] BROKER = {"dev.semantica.broker.."};
    private static final String[] STORE = {"dev.semantica.store.."};
    private static final String[] STREAMS = {"dev.semantica.streams..", "dev.semantica.schemas.."};
    private static final String[] SAMPLER = {
        "dev.semantica.sampler..",
        "dev.semantica.schemas..",
        "dev.semantica.diffusion..",
        "dev.semantica.onnx..",
        "dev.semantica.store.."
    };

    @ArchTest
    static final ArchRule SCHEMAS_SEE_NOTHING_OF_OURS = seesOnly("dev.semantica.schemas..", SCHEMAS);

    @ArchTest
    static final ArchRule THE_BROKER_SEES_NOTHING_OF_OURS = seesOnly("dev.semantica.broker..", BROKER);

    @ArchTest
    static final ArchRule THE_STORE_SEES_NOTHING_OF_OURS = seesOnly("dev.semantica.store..", STORE);

    @ArchTest
    static final ArchRule ONLY_THE_STORE_SEES_THE_AWS_SDK = noClasses()
            .that()
            .resideOutsideOfPackage("dev.semantica.store..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("software.amazon..");

    @ArchTest
    static final ArchRule THE_TOPOLOGY_KNOWS_SCHEMAS = seesOnly("dev.semantica.streams..", STREAMS);

    @ArchTest
    static final ArchRule THE_SAMPLER_KNOWS_SCHEMAS_DIFFUSION_AND_STORES = seesOnly("dev.semantica.sampler..", SAMPLER);

    @ArchTest
    static final ArchRule THE_CONNECTORS_KNOW_SCHEMAS_AND_STORES =
            seesOnly("dev.semantica.connectors..", "dev.semantica.connectors..", SCHEMAS[0], STORE[0]);

    @ArchTest
    static final ArchRule THE_CONNECT_WORKER_SEES_NOTHING_OF_OURS =
            seesOnly("dev.semantica.connect..", "dev.semantica.connect..");

    @ArchTest
    static final ArchRule ONLY_THE_CONNECTORS_SEE_CONNECT = noClasses()
            .that()
            .resideOutsideOfPackages("dev.semantica.connectors..", "dev.semantica.connect..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.connect..");

    @ArchTest
    static final ArchRule THE_EVALUATION_KNOWS_IMAGES_AND_BUNDLES = seesOnly(
            "dev.semantica.evaluation..",
            "dev.semantica.evaluation..",
            "dev.semantica.pages..",
            "dev.semantica.onnx..",
            "dev.semantica.sampler.diffusers..",
            "dev.semantica.sampler.image..",
            "dev.semantica.sampler.bundle..",
            "dev.semantica.sampler.engine..",
            "dev.semantica.sampler.onnx..");

    @ArchTest
    static final ArchRule ONNX_GRAPHS_SEE_NOTHING_OF_OURS = seesOnly("dev.semantica.onnx..", "dev.semantica.onnx..");

    @ArchTest
    static final ArchRule TRAINING_KNOWS_PAGES_IMAGES_AND_BUNDLES = seesOnly(
            "dev.semantica.training..",
            "dev.semantica.training..",
            "dev.semantica.pages..",
            "dev.semantica.evaluation..",
            "dev.semantica.diffusion..",
            "dev.semantica.onnx..",
            "dev.semantica.sampler.diffusers..",
            "dev.semantica.sampler.image..",
            "dev.semantica.sampler.bundle..",
            "dev.semantica.sampler.engine..",
            "dev.semantica.sampler.onnx..");

    @ArchTest
    static final ArchRule ONLY_TRAINING_SEES_DJL = noClasses()
            .that()
            .resideOutsideOfPackage("dev.semantica.training..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("ai.djl..");

    /** Their gradients would be multiplied by freed memory: see Scaling. */
    @ArchTest
    static final ArchRule TRAINING_SCALES_BY_ARRAYS = noClasses()
            .that()
            .resideInAnyPackage("dev.semantica.training.network..", "dev.semantica.training.objective..")
            .should()
            .callMethod("ai.djl.ndarray.NDArray", "mul", "java.lang.Number")
            .orShould()
            .callMethod("ai.djl.ndarray.NDArray", "div", "java.lang.Number")
            .orShould()
            .callMethod("ai.djl.ndarray.NDArray", "pow", "java.lang.Number");

    @ArchTest
    static final ArchRule ONLY_ONNX_GRAPHS_SEE_THE_FORMAT = noClasses()
            .that()
            .resideOutsideOfPackage("dev.semantica.onnx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.onnx.proto..", "org.tribuo..");

    @ArchTest
    static final ArchRule ONLY_TESTS_SEE_TEST_SUPPORT = noClasses()
            .that()
            .resideOutsideOfPackage("dev.semantica.testsupport..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.semantica.testsupport..");

    @ArchTest
    static final ArchRule PAGES_SEE_NOTHING_OF_OURS = seesOnly("dev.semantica.pages..", "dev.semantica.pages..");

    @ArchTest
    static final ArchRule DIFFUSION_IS_PURE_JDK = classes()
            .that()
            .resideInAPackage("dev.semantica.diffusion..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("java..", DIFFUSION[0]);

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("dev.semantica.(**)").should().beFreeOfCycles();

    private static ArchRule seesOnly(String packages, String... seen) {
        return classes()
                .that()
                .resideInAPackage(packages)
                .should()
                .onlyDependOnClassesThat(
                        resideOutsideOfPackage("dev.semantica..").or(resideInAnyPackage(seen)));
    }
}
