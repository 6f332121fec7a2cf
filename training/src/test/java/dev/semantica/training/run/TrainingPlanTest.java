package dev.semantica.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.training.optimise.LearningRate;
import dev.semantica.training.optimise.Optimiser;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingPlanTest {

    @TempDir
    private Path folder;

    @Test
    void allThatAStageSaysReachesTheLoop() throws Exception {
        String training = "training: {steps: 70, batch: 4, rate: 3.0e-3, warmup: 7, decayFrom: 0.4, weightDecay: 0.03,"
                + " clip: 0.7, muon: false, ema: 0.8, judgeEvery: 11, saveEvery: 13}";
        RunConfig config = new TinyRun(folder)
                .config(TinyRun.PAGES
                        + TinyRun.SMALL.replaceAll("training: .*", training)
                        + TinyRun.GENERATIVE.replaceAll("training: .*", training)
                        + "export: {directory: bundle}\n");
        Optimiser.Settings usual = Optimiser.Settings.defaults();
        TrainingLoop.Plan expected = new TrainingLoop.Plan(
                70,
                new LearningRate(3e-3, 7, 0.4, 70),
                new Optimiser.Settings(
                        usual.beta1(), usual.beta2(), usual.epsilon(), 0.03, 0.7, false, usual.momentum()),
                0.8,
                11,
                13);

        assertThat(config.encoder().training().plan()).isEqualTo(expected);
        assertThat(config.autoencoder().training().plan()).isEqualTo(expected);
        assertThat(config.denoiser().training().plan()).isEqualTo(expected);
        assertThat(config.denoiser().training().batch()).isEqualTo(4);
    }
}
