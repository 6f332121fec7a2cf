package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.training.data.PackedPage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a run's pages reaches training, and what of its file reaches the bundle. */
class RunPagesTest {

    private static final String TEXT = TinyRun.PAGES + TinyRun.SMALL
            + TinyRun.GENERATIVE.replace("  model: {conv", "  alignment: 0\n  space: pixel\n  model: {conv")
            + "frozenEncoder: {path: foreign, pooling: mean}\nexport: {directory: bundle, steps: 2}\n";

    @TempDir
    private Path folder;

    @Test
    void pagesThatAreHeldOutAreNeitherTrainedOnNorJudgedBy() throws Exception {
        TinyRun tiny = new TinyRun(folder);
        RunPages all = RunPages.of(tiny.config(TEXT), tiny.listener());
        List<PackedPage> left = List.of(
                all.split().training().get(0),
                all.split().training().get(5),
                all.split().validation().get(0));
        List<String> names = left.stream()
                .map(page -> page.name().substring(page.name().indexOf('/') + 1))
                .toList();
        Files.write(folder.resolve("held-out.txt"), names);

        RunPages pages =
                RunPages.of(tiny.config(TEXT.replace("data: {", "data: {heldOut: held-out.txt, ")), tiny.listener());

        List<PackedPage> expected = new ArrayList<>(all.store().pages());
        expected.removeAll(left);
        List<PackedPage> found = new ArrayList<>(pages.split().training());
        found.addAll(pages.split().validation());
        assertThat(pages.heldOut()).isEqualTo(Set.copyOf(names));
        assertThat(found).hasSize(21).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(pages.store().pages()).hasSize(24);
    }

    /** So no pair is as alike as is asked. */
    @Test
    void aFilterDecidesWhatADenoiserIsTrainedOn() throws Exception {
        PatchEncoder.write(folder.resolve("foreign"));
        TinyRun tiny = new TinyRun(folder);

        assertThatThrownBy(() -> tiny.run(TEXT.replace("  space:", "  filter: {lower: 0.9999999, upper: 1}\n  space:"))
                        .run(TrainingRun.Stage.DENOISER))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("Not one of")
                .hasMessageContaining("widen denoiser.filter");
        assertThat(tiny.said).anyMatch(line -> line.startsWith("the filter lets 0 of"));
    }

    @Test
    void theShiftOfTheScheduleIsSampledWithAsItWasTrained() throws Exception {
        PatchEncoder.write(folder.resolve("foreign"));

        new TinyRun(folder)
                .run(TEXT.replace("  space:", "  shift: 0.4\n  space:")
                        .replace("model: {conv", "model: {output: sample, conv"))
                .run(TrainingRun.Stage.EXPORT);

        Bundle bundle = Bundle.read(folder.resolve("bundle"));
        assertThat(bundle.manifest().noiseSchedule().shift()).isEqualTo(0.4);
        assertThat(bundle.manifest().noiseSchedule().type()).isEqualTo("cosine");
    }
}
