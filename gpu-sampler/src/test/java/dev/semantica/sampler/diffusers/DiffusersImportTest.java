package dev.semantica.sampler.diffusers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.semantica.onnx.ElementType;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.diffusers.TinyExport.Timestep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an import understands, refuses, and never does. */
class DiffusersImportTest {

    private static final String DDIM = "{\"_class_name\": \"DDIMScheduler\", " + ImportedSamplingTest.BETAS + "}";

    @TempDir
    private Path directory;

    private Path folder;
    private TinyExport export;

    @BeforeEach
    void write() throws IOException {
        folder = directory.resolve("export");
        export = TinyExport.recent(folder, ElementType.FLOAT, Timestep.SCALAR, DDIM);
    }

    @Test
    void takesOverWhatTheModelWasTrainedWith() throws Exception {
        BundleManifest manifest = imported().manifest();

        assertThat(manifest.noiseSchedule().betaSchedule()).isEqualTo("scaled_linear");
        assertThat(manifest.noiseSchedule().betaEnd()).isEqualTo(0.012);
        assertThat(manifest.sampling().stepsOffset()).isEqualTo(1);
        // A DDIM configuration that is silent clips.
        assertThat(manifest.sampling().clipSampleRange()).isEqualTo(1.0);
        assertThat(manifest.sampling().schedulers()).containsExactly("ddim", "ddpm", "euler", "dpmpp-2m");
        assertThat(manifest.image().width()).isEqualTo(16);
        assertThat(manifest.encoderImage().width()).isEqualTo(12);
        assertThat(manifest.condition())
                .containsExactly(new BundleManifest.Tensor("tokens", List.of(1, TinyExport.WIDTH)));
        assertThat(manifest.graphs()).containsOnlyKeys("encoder", "denoiser", "decoder", "latentEncoder");
    }

    @Test
    void givesTheSameBundleAgain() throws Exception {
        String first = imported().digest();
        write(directory.resolve("again"));
        assertThat(Bundle.read(directory.resolve("again")).digest()).isEqualTo(first);
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() throws Exception {
        export.index("""
                "image_encoder": ["transformers", "CLIPVisionModelWithProjection"], "vae": ["diffusers", "AutoencoderKL"],
                "text_encoder": ["transformers", "CLIPTextModel"], "prior": ["diffusers", "PriorTransformer"]""");
        export.scheduler("""
                {"_class_name": "FlowMatchEulerDiscreteScheduler", "thresholding": true, "beta_schedule": "sigmoid",
                 "prediction_type": "flow_prediction", "num_train_timesteps": "many"}""");
        Files.delete(folder.resolve("vae_decoder/model.onnx"));
        export.write("feature_extractor/preprocessor_config.json", "{\"size\": 12, \"crop_size\": 24}");

        assertThat(String.join("\n", problems()))
                .contains("'text_encoder' (CLIPTextModel)")
                .contains("'prior' (PriorTransformer)")
                .contains("FlowMatchEulerDiscreteScheduler")
                .contains("thresholding")
                .contains("sigmoid")
                .contains("flow_prediction")
                .contains("num_train_timesteps: expected a whole number")
                .contains("vae_decoder")
                .contains("size: expected at least crop_size");
    }

    @ParameterizedTest
    @CsvSource({
        "PNDMScheduler, ddim, PNDMScheduler",
        "LMSDiscreteScheduler, euler, LMSDiscreteScheduler",
        "EulerAncestralDiscreteScheduler, euler, EulerAncestralDiscreteScheduler",
        "UniPCMultistepScheduler, dpmpp-2m, UniPCMultistepScheduler",
    })
    void saysWhereAnotherSchedulerStandsIn(String type, String expected, String named) throws Exception {
        export.scheduler("{\"_class_name\": \"" + type + "\", " + ImportedSamplingTest.BETAS + "}");

        DiffusersImport read = read();

        assertThat(read.scheduler().wireName()).isEqualTo(expected);
        assertThat(read.notes()).anySatisfy(note -> assertThat(note).contains(named, "not available", expected));
    }

    @Test
    void saysWhichPathsAreNotTaken() throws Exception {
        export.scheduler("""
                {"_class_name": "DPMSolverMultistepScheduler", "use_karras_sigmas": true, "solver_order": 3,
                 "algorithm_type": "sde-dpmsolver++", "something_new": 4, "beta_schedule": "linear"}""");

        assertThat(String.join("\n", read().notes()))
                .contains("use_karras_sigmas=true", "solver_order=3", "sde-dpmsolver++", "something_new");
    }

    @Test
    void readsTheBetasOfATrainingAndItsRescaling() throws Exception {
        export.scheduler("""
                {"_class_name": "DDIMScheduler", "trained_betas": [0.1, 0.2, 0.3, 0.4], "clip_sample": false,
                 "rescale_betas_zero_snr": true, "prediction_type": "v_prediction", "timestep_spacing": "trailing"}""");

        Bundle bundle = imported();

        assertThat(bundle.manifest().noiseSchedule().betas()).containsExactly(0.1, 0.2, 0.3, 0.4);
        assertThat(bundle.manifest().noiseSchedule().zeroTerminalSnr()).isTrue();
        assertThat(bundle.manifest().sampling().maxSteps()).isEqualTo(4);
    }

    @Test
    void refusesNoiseWithoutSignalForAModelThatPredictsNoise() throws Exception {
        export.scheduler("""
                {"_class_name": "DDIMScheduler", "rescale_betas_zero_snr": true, "timestep_spacing": "trailing"}""");

        assertThat(problems()).anySatisfy(problem -> assertThat(problem).contains("without signal"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../stolen.bin", "sub/../../../stolen.bin", "/etc/passwd", "model.onnx", ".hidden", "a\\b"})
    void readsNoWeightsFromElsewhere(String location) throws Exception {
        Path unet = folder.resolve("unet/model.onnx");
        ExternalWeights.move(unet, "weights.pb");
        ExternalWeights.rename(unet, Files.readAllBytes(unet), location);
        Files.write(directory.resolve("stolen.bin"), new byte[4096]);

        assertThat(problems()).singleElement().satisfies(problem -> assertThat(problem)
                .contains(location, "only files in its own folder"));
    }

    @Test
    void followsNoLinksOutside() throws Exception {
        Path outside = Files.write(directory.resolve("secret"), new byte[8192]);
        ExternalWeights.move(folder.resolve("unet/model.onnx"), "weights.pb");
        Files.delete(folder.resolve("unet/weights.pb"));
        Files.createSymbolicLink(folder.resolve("unet/weights.pb"), outside);
        Files.delete(folder.resolve("unet/config.json"));
        Files.createSymbolicLink(folder.resolve("unet/config.json"), outside);

        assertThat(String.join("\n", problems()))
                .contains("weights.pb is a link to a file outside")
                .contains("config.json is a link to a file outside");
    }

    @Test
    void refusesWeightsBeyondTheirFilesEnd() throws Exception {
        ExternalWeights.move(folder.resolve("unet/model.onnx"), "weights.pb");
        Files.write(folder.resolve("unet/weights.pb"), new byte[16]);

        assertThat(problems()).singleElement().satisfies(problem -> assertThat(problem)
                .contains("16 bytes", "beyond its end"));
    }

    @Test
    void refusesConfigurationsThatAreNone() throws Exception {
        export.scheduler("[".repeat(100_000));
        Files.write(folder.resolve("vae_decoder/config.json"), new byte[2 << 20]);

        assertThat(String.join("\n", problems())).contains("scheduler_config.json cannot be read", "larger than");
    }

    @Test
    void aBundleVouchesForWeightsInOtherFiles() throws Exception {
        ExternalWeights.move(folder.resolve("unet/model.onnx"), "weights.pb");
        Path bundle = directory.resolve("bundle");
        imported();
        Path weights = bundle.resolve("unet/weights.pb");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[0] ^= 1;
        Files.write(weights, bytes);
        assertThatThrownBy(() -> Bundle.read(bundle))
                .hasMessageContaining("weights.pb")
                .hasMessageContaining("promises");

        Path manifest = bundle.resolve(Bundle.MANIFEST);
        Files.writeString(manifest, Files.readString(manifest).replaceAll("(?s),\\s*\"data\" : \\[.*?\\]", ""));
        assertThatThrownBy(() -> Bundle.read(bundle)).hasMessageContaining("takes weights from [weights.pb]");
    }

    @Test
    void leavesNothingBehindWhenTheCheckFails() throws Exception {
        assertThatThrownBy(() -> read().write(directory.resolve("bundle"), (files, of, name) -> {}, bundle -> {
                    throw new BundleException(List.of("does not run"));
                }))
                .hasMessage("does not run");

        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("export");
        }
    }

    @Test
    void replacesNothing() throws Exception {
        imported();
        assertThatThrownBy(() -> write(directory.resolve("bundle"))).hasMessageContaining("exists already");
    }

    @Test
    void whatAKilledImportLeftIsNotTakenForABundle() throws Exception {
        Path left = Files.createDirectory(directory.resolve(".bundle.importing"));

        assertThatThrownBy(() -> write(directory.resolve("bundle"))).hasMessageContaining("another import runs");
        assertThat(left).isEmptyDirectory();
        assertThat(directory.resolve("bundle")).doesNotExist();
    }

    @Test
    void asksForSizesThatNothingSays() throws Exception {
        Files.delete(folder.resolve("unet/config.json"));

        assertThat(problems()).singleElement().satisfies(problem -> assertThat(problem)
                .contains("--image-size"));
    }

    private List<String> problems() {
        return catchThrowableOfType(BundleException.class, this::read).problems();
    }

    private DiffusersImport read() throws BundleException {
        return DiffusersImport.read(folder, ImportOptions.named("tiny"));
    }

    private Bundle imported() throws Exception {
        write(directory.resolve("bundle"));
        return Bundle.read(directory.resolve("bundle"));
    }

    private void write(Path target) throws Exception {
        read().write(target, (files, of, name) -> {}, bundle -> {});
    }
}
