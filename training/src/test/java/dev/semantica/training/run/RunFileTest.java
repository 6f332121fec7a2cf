package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.semantica.diffusion.Guidance;
import dev.semantica.training.data.PairBatches;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFileTest {

    @TempDir
    private Path folder;

    @Test
    void whatAFileDoesNotSayIsTheDefault() throws Exception {
        RunConfig config =
                read("data: {sources: [{type: files, path: my-pages}]}\ndenoiser: {objective: label_grouped}");

        RunConfig defaults = RunConfig.defaults();
        assertThat(config.encoder()).isEqualTo(defaults.encoder());
        assertThat(config.autoencoder()).isEqualTo(defaults.autoencoder());
        assertThat(config.denoiser().objective()).isEqualTo(PairBatches.Objective.LABEL_GROUPED);
        assertThat(config.denoiser().model()).isEqualTo(defaults.denoiser().model());
        assertThat(config.export().content()).isEqualTo(RunConfig.Content.BUNDLE);
        assertThat(config.frozenEncoder().given()).isFalse();
        assertThat(config.data().sources().get(0).path())
                .isEqualTo(folder.resolve("my-pages").toString());
        assertThat(config.directory()).isEqualTo(folder.resolve("run").toString());
    }

    @Test
    void placesMayComeFromTheEnvironment() throws Exception {
        Path file = folder.resolve("run.yaml");
        Files.writeString(file, "directory: ${RUNS}/a\ndata: {sources: [{type: files, path: \"${PAGES}\"}]}\n");
        RunConfig config = RunFile.read(file, Map.of("RUNS", "/runs", "PAGES", "/pages"));

        assertThat(config.directory()).isEqualTo("/runs/a");
        assertThat(config.data().sources().get(0).path()).isEqualTo("/pages");
    }

    @Test
    void theExportHasAPlaceOfItsOwn() throws Exception {
        String sources = "data: {sources: [{type: files, path: my-pages}]}\n";
        for (String taken : new String[] {"runs/pages", "runs", "."}) {
            assertThatThrownBy(() -> read("directory: runs/pages\nexport: {directory: " + taken + "}\n" + sources))
                    .hasMessageContaining("export.directory must be a place of its own");
        }
        for (String free : new String[] {"runs/pages/bundle", "runs/pages-bundle", "bundle"}) {
            assertThat(read("directory: runs/pages\nexport: {directory: " + free + "}\n" + sources)
                            .export()
                            .directory())
                    .endsWith(free);
        }
    }

    @Test
    void everyProblemIsReportedAtOnce() {
        TrainingException refused = catchThrowableOfType(TrainingException.class, () -> read("""
                        nam: pages
                        seed:
                        threads: -1
                        directory: ${NOWHERE}/run
                        data:
                          validation: 2
                          sources:
                            - {type: procedural}
                            - {type: video, path: x}
                            - {type: files, papers: 0, path: x, colour: red}
                            - pages
                        encoder:
                          training: {steps: many, batch: 8.5}
                          model: {heads: 5}
                          pictureSide: 7
                          colourless: 1.5
                          weights: {keep: 1}
                        autoencoder: 12
                        denoiser:
                          training: {ema: 1.5}
                          objective: pears
                          dropout: 1
                          times: {spread: 0}
                          perception: {weight: -1, until: 1.5, pairs: 0}
                          filter: {lower: 0.9, upper: 0.2}
                        export: {scheduler: pndm}
                        """));

        assertThat(refused.problems())
                .anyMatch(problem -> problem.startsWith("Unknown key 'nam'; known here: name"))
                .contains("'seed' has no value; leave the key out for its default")
                .anyMatch(problem -> problem.startsWith("threads must be from 0"))
                .anyMatch(problem -> problem.contains("NOWHERE"))
                .anyMatch(problem -> problem.startsWith("data.validation must be between 0 and 1"))
                .contains("data.sources[0].pages must say how many pages, from 1")
                .anyMatch(problem -> problem.startsWith("data.sources[1].type must be procedural or files"))
                .anyMatch(problem -> problem.startsWith("Unknown key 'data.sources[2].colour'"))
                .anyMatch(problem -> problem.startsWith("data.sources[2].papers must be 1 to 100"))
                .anyMatch(problem -> problem.startsWith("data.sources[3] must hold keys"))
                .anyMatch(problem -> problem.startsWith("'encoder.training.steps' cannot be \"many\""))
                .anyMatch(problem -> problem.startsWith("'encoder.training.batch' cannot be 8.5"))
                .anyMatch(problem -> problem.startsWith("encoder.model: ") && problem.contains("multiple of heads"))
                .contains("encoder.weights.keep needs encoder.start, whose tokens are to be kept")
                .contains("encoder.colourless must be from 0 to 1, but is 1.5")
                .anyMatch(problem -> problem.startsWith("encoder.pictureSide must be a multiple of"))
                .anyMatch(problem -> problem.startsWith("'autoencoder' must hold keys"))
                .anyMatch(problem -> problem.startsWith("denoiser.training: ema must be"))
                .anyMatch(problem -> problem.startsWith("'denoiser.objective' cannot be \"pears\""))
                .anyMatch(problem -> problem.startsWith("denoiser.dropout must be from 0"))
                .anyMatch(problem -> problem.startsWith("denoiser.times.centre must be from -10 to 10"))
                .contains(
                        "denoiser.perception.weight must be from 0, until above 0 and up to 1 and pairs from 1, but are"
                                + " -1.0, 1.5 and 0")
                .contains("denoiser.filter.lower must be below upper")
                .contains("export.scheduler must be one of [ddim, ddpm, euler, dpmpp-2m], but is pndm");
        assertThat(refused.problems()).hasSize(24).doesNotHaveDuplicates();
    }

    @Test
    void anEncoderAloneNeedsNoOtherStageAndTakesNone() throws Exception {
        String alone = """
                data: {side: 32, sources: [{type: procedural, pages: 3}]}
                encoder: {pictureSide: 8}
                export: {content: encoder}
                """;
        assertThat(read(alone).export().content()).isEqualTo(RunConfig.Content.ENCODER);
        assertThatThrownBy(() -> read(alone + "denoiser: {dropout: 0.2}\nfrozenEncoder: {path: x}\n"))
                .hasMessageContaining("'denoiser' has no use with export.content: encoder")
                .hasMessageContaining("frozenEncoder.path names one that is there already");
    }

    @Test
    void modelsTakeTheSideOfTheDataUnlessTheySayAnother() throws Exception {
        String text = "data: {side: 32, sources: [{type: procedural, pages: 3}]}\nencoder: {pictureSide: 8}\n";
        RunConfig config = read(text);
        assertThat(config.encoder().model().side()).isEqualTo(32);
        assertThat(config.autoencoder().model().side()).isEqualTo(32);
        assertThatThrownBy(() -> read(text + "autoencoder: {model: {side: 64}}"))
                .hasMessageContaining("autoencoder.model.side must be data.side, 32, but is 64");
    }

    @Test
    void whatIsThereAlreadyIsFoundBesideTheFile() throws Exception {
        String text = "data: {sources: [{type: procedural, pages: 3}]}\nfrozenEncoder: {path: dino, pooling: mean}\n";
        assertThat(read(text).frozenEncoder().path())
                .isEqualTo(folder.resolve("dino").toString());
        assertThat(read(text + "denoiser: {space: pixel, start: before}")
                        .denoiser()
                        .start())
                .isEqualTo(folder.resolve("before").toString());
        assertThat(read(text + "frozenAutoencoder: {path: ../other}")
                        .frozenAutoencoder()
                        .path())
                .isEqualTo(folder.resolveSibling("other").toString());
    }

    @Test
    void anAutoencoderIsGivenOnlyWhereOneIsMissing() {
        String text = "data: {sources: [{type: procedural, pages: 3}]}\nfrozenAutoencoder: {path: other}\n";
        assertThatThrownBy(() -> read(text + "denoiser: {space: pixel}"))
                .hasMessageContaining("frozenAutoencoder.path has no use with denoiser.space: pixel");
        assertThatThrownBy(() -> read(text + "frozenEncoder: {path: before}\ndenoiser: {start: before}"))
                .hasMessageContaining("frozenAutoencoder.path has no use with denoiser.start");
    }

    @Test
    void guidanceIsWithinNoiseLevels() throws Exception {
        String text = "data: {sources: [{type: procedural, pages: 3}]}\n";
        assertThat(read(text + "export: {guidanceScale: 3, guidanceTo: 0.9}")
                        .export()
                        .guidance())
                .isEqualTo(new Guidance(3, 0, 0.9, 0));
        assertThatThrownBy(() -> read(text + "export: {guidanceFrom: 0.9, guidanceTo: 0.2}"))
                .hasMessageContaining("export.guidanceFrom and guidanceTo must lie within 0 to 1")
                .hasMessageContaining("are 0.9 and 0.2");
    }

    @Test
    void aShareOfTheStartIsExportedOnlyWhereADenoiserWasTrainedFromOne() throws Exception {
        String text = "data: {sources: [{type: procedural, pages: 3}]}\nfrozenEncoder: {path: before}\n";
        String further = text + "denoiser: {start: before}\n";
        assertThat(read(further + "export: {startShare: 0.75}").export().startShare())
                .isEqualTo(0.75);
        assertThatThrownBy(() -> read(text + "export: {startShare: 0.75}"))
                .hasMessageContaining("export.startShare needs denoiser.start");
        for (String share : List.of("1", "-0.1")) {
            assertThatThrownBy(() -> read(further + "export: {startShare: " + share + "}"))
                    .hasMessageContaining("export.startShare must be from 0 to below 1");
        }
    }

    @Test
    void aDecoderIsTrainedAloneOnlyWhereAnAutoencoderIsThereAlready() throws Exception {
        String text = "data: {sources: [{type: procedural, pages: 3}]}\nautoencoder: {decoderOnly: true}\n";
        String problem = "autoencoder.decoderOnly needs an autoencoder that is there already";
        assertThatThrownBy(() -> read(text)).hasMessageContaining(problem);
        assertThatThrownBy(() -> read(text + "frozenEncoder: {path: before}\ndenoiser: {space: pixel, start: before}"))
                .hasMessageContaining(problem);
        assertThat(read(text + "frozenAutoencoder: {path: before}")
                        .autoencoder()
                        .decoderOnly())
                .isTrue();
        assertThat(read(text + "frozenEncoder: {path: before}\ndenoiser: {start: before}")
                        .autoencoder()
                        .decoderOnly())
                .isTrue();
    }

    @Test
    void whatIsTrainedFurtherIsNotAlsoLeftAsItIs() throws Exception {
        String text = "data: {sources: [{type: procedural, pages: 3}]}\n";
        RunConfig config = read(text + "encoder: {start: a}\nautoencoder: {start: b, weights: {keep: 0.5}}\n"
                + "denoiser: {start: ../c}\n");
        assertThat(config.encoder().start()).isEqualTo(folder.resolve("a").toString());
        assertThat(config.autoencoder().start()).isEqualTo(folder.resolve("b").toString());
        assertThat(config.denoiser().start())
                .isEqualTo(folder.resolveSibling("c").toString());
        assertThatThrownBy(() -> read(text + "encoder: {start: a}\nautoencoder: {start: a, decoderOnly: true}\n"
                        + "frozenEncoder: {path: b}\nfrozenAutoencoder: {path: b}\n"))
                .hasMessageContaining("encoder.start is trained further and frozenEncoder.path stays as it is")
                .hasMessageContaining("autoencoder.start is trained further and frozenAutoencoder.path stays as it is")
                .hasMessageContaining("autoencoder.start has no use with decoderOnly");
        assertThatThrownBy(() -> read(text + "autoencoder: {start: a}\ndenoiser: {space: pixel}\n"))
                .hasMessageContaining("autoencoder.start has no use with denoiser.space: pixel");
        assertThatThrownBy(() -> read(text + "autoencoder: {weights: {keep: 1}}"))
                .hasMessageContaining("autoencoder.weights.keep needs autoencoder.start");
        assertThatThrownBy(() -> read(text + "autoencoder: {start: a, weights: {keep: -1}}"))
                .hasMessageContaining("autoencoder.weights.keep must be a number from 0, but is -1");
    }

    @Test
    void trainingStartsFromABundleOnlyWithTheEncoderThatItFollows() {
        String text = "data: {sources: [{type: procedural, pages: 3}]}\n";
        assertThatThrownBy(() -> read(text + "denoiser: {space: pixel, start: before}"))
                .hasMessageContaining("denoiser.start needs frozenEncoder.path");
    }

    @Test
    void whatIsNoConfigurationIsRefused() {
        assertThatThrownBy(() -> read("a: ["))
                .hasMessageContaining("cannot be read")
                .hasMessageContaining("line");
        assertThatThrownBy(() -> read("- a")).hasMessageContaining("must hold keys and values");
        assertThatThrownBy(() -> read("seed: 1")).hasMessageContaining("data.sources must list at least one");
        assertThatThrownBy(() -> RunFile.read(folder.resolve("none.yaml"), Map.of()))
                .hasMessageContaining("does not exist");
    }

    /** The first of two blocks would be lost without a word. */
    @Test
    void aKeyThatIsThereTwiceIsRefused() {
        assertThatThrownBy(() -> read("""
                        data: {sources: [{type: procedural, pages: 3}]}
                        denoiser: {dropout: 0.2}
                        denoiser: {filter: {lower: 0.1, upper: 0.9}}
                        """)).hasMessageContaining("Duplicate field 'denoiser', in line 3");
    }

    @Test
    void whatTrainingOrTheExportWouldRefuseIsRefusedAtOnce() {
        TrainingException refused = catchThrowableOfType(TrainingException.class, () -> read("""
                name: bad name!
                data: {sources: [{type: procedural, pages: 3}]}
                encoder:
                  training: {rate: -1}
                  weights: {contrast: -1}
                autoencoder:
                  training: {decayFrom: 7}
                  weights: {square: -2, noise: "Infinity"}
                denoiser:
                  training: {clip: -1}
                  filter: {lower: "NaN"}
                export: {steps: 300, guidanceScale: 50, guidanceFrom: 0.9, guidanceTo: 0.1}
                """));

        assertThat(refused.problems())
                .containsExactlyInAnyOrder(
                        "encoder.training: rate must be above 0 and up to 1, warmup from 0 and decayFrom from 0 to 1, but"
                                + " they are -1.0, 100 and 0.5",
                        "autoencoder.training: rate must be above 0 and up to 1, warmup from 0 and decayFrom from 0 to 1,"
                                + " but they are 0.005, 100 and 7.0",
                        "denoiser.training: weightDecay must be from 0 to 1 and clip from 0, but they are 0.01 and -1.0",
                        "name must be 1 to 100 letters, digits, '.', '_', '-', but is 'bad name!'",
                        "encoder.weights.contrast must be a number from 0, but is -1.0",
                        "autoencoder.weights.square must be a number from 0, but is -2.0",
                        "autoencoder.weights.noise must be a number from 0, but is Infinity",
                        "denoiser.filter.lower must be below upper",
                        "export.steps must be from 1 to 250, but is 300",
                        "export.guidanceScale must be from 0 to 20, but is 50.0",
                        "export.guidanceFrom and guidanceTo must lie within 0 to 1, the first one first, but are 0.9 and"
                                + " 0.1");
    }

    @Test
    void aFilterIsOfPairsOfAPage() {
        for (String objective : new String[] {"reconstruct", "label_grouped"}) {
            assertThatThrownBy(() -> read("data: {sources: [{type: procedural, pages: 3}]}\n" + "denoiser: {objective: "
                            + objective + ", filter: {lower: 0.1}}\n"))
                    .hasMessageContaining("denoiser.filter has no use with denoiser.objective: " + objective);
        }
    }

    private RunConfig read(String text) throws Exception {
        Path file = folder.resolve("run.yaml");
        Files.writeString(file, text);
        return RunFile.read(file, Map.of());
    }
}
