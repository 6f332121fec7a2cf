package dev.semantica.training.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.semantica.diffusion.Guidance;
import dev.semantica.training.data.PairBatches;
import dev.semantica.training.export.ForeignEncoder;
import dev.semantica.training.network.AutoencoderConfig;
import dev.semantica.training.network.ImageDenoiserConfig;
import dev.semantica.training.network.PageEncoderConfig;
import dev.semantica.training.objective.AutoencoderLearner;
import dev.semantica.training.objective.DenoiserPerception;
import dev.semantica.training.objective.EncoderLearner;
import dev.semantica.training.objective.NoiseTimes;
import dev.semantica.training.optimise.LearningRate;
import dev.semantica.training.optimise.Optimiser;
import java.util.List;

/**
 * A training run, as its configuration file says; docs/training.md describes the keys.
 *
 * @param name of the bundle
 * @param description of the bundle, a sentence
 * @param licence of the weights, an SPDX identifier
 * @param seed of everything random
 * @param threads of the numeric library; 0: as many as there are cores
 * @param directory where packed pages, caches and checkpoints lie; relative to the file
 * @param data the pages
 * @param frozenEncoder an encoder that is there already, instead of one that is trained
 * @param frozenAutoencoder an autoencoder that is there already, instead of one that is trained
 * @param encoder the stage of the frozen encoder; passed over with one that is there already
 * @param autoencoder the stage of the autoencoder; passed over in pixel space, and with one that is there already
 * @param denoiser the stage of the denoiser
 * @param export the bundle
 */
public record RunConfig(
        String name,
        String description,
        String licence,
        long seed,
        int threads,
        String directory,
        Data data,
        FrozenEncoder frozenEncoder,
        FrozenAutoencoder frozenAutoencoder,
        EncoderStage encoder,
        AutoencoderStage autoencoder,
        DenoiserStage denoiser,
        Export export) {

    /**
     * The pages.
     *
     * @param side height and width that images are brought to
     * @param validation share of the pages that training never sees
     * @param heldOut file with names of pages that are left out altogether, a line each; empty: none
     * @param sources where they are from
     */
    public record Data(int side, double validation, String heldOut, List<Source> sources) {}

    /**
     * A source of pages.
     *
     * @param type procedural or files
     * @param seed procedural: which pages
     * @param first procedural: index of the first
     * @param pages procedural: how many
     * @param images procedural: images of a page
     * @param kinds procedural: what they are about; null: all kinds
     * @param foreign procedural: share of images that do not belong
     * @param nearDuplicates procedural: share of images that are another one, hardly changed
     * @param path files: a folder of pages, a tar shard, or a pages.jsonl; ${NAME} is taken from the environment
     * @param papers files: how often a page comes, each time on another paper below transparent images
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Source(
            String type,
            Long seed,
            Long first,
            Integer pages,
            Integer images,
            List<String> kinds,
            Double foreign,
            Double nearDuplicates,
            String path,
            Integer papers) {}

    /**
     * An ONNX encoder that conditions the denoiser as it is.
     *
     * @param path a bundle, or a folder with model.onnx and preprocessor_config.json; empty: the encoder stage trains one
     * @param pooling how its tokens become the pooled vector where it gives none
     */
    public record FrozenEncoder(String path, ForeignEncoder.TokenPooling pooling) {

        /** Whether there is one. */
        boolean given() {
            return !path.isEmpty();
        }
    }

    /**
     * The autoencoder of a bundle that was exported here, as it is.
     *
     * @param path the bundle; empty: the autoencoder stage trains one
     */
    public record FrozenAutoencoder(String path) {

        /** Whether there is one. */
        boolean given() {
            return !path.isEmpty();
        }
    }

    /**
     * How a stage is trained.
     *
     * @param steps of the stage; 0, of the denoiser alone: what it starts from stays as it is
     * @param batch images or pairs of a step
     * @param rate highest learning rate
     * @param warmup steps of its warm-up
     * @param decayFrom share of the stage after which it decays
     * @param weightDecay decoupled weight decay
     * @param clip largest global norm of the gradient; 0: any
     * @param muon whether matrices and kernels are moved by Muon
     * @param ema decay of the averaged weights
     * @param judgeEvery steps between judgements on validation pages
     * @param saveEvery steps between checkpoints
     */
    public record Training(
            long steps,
            int batch,
            double rate,
            long warmup,
            double decayFrom,
            double weightDecay,
            double clip,
            boolean muon,
            double ema,
            long judgeEvery,
            long saveEvery) {

        /** Refuses what makes no sense. */
        public Training {
            if (steps < 0 || batch < 2 || judgeEvery < 1 || saveEvery < 1) {
                throw new IllegalArgumentException(
                        "steps must be from 0, judgeEvery and saveEvery from 1 and batch from 2, but they are " + steps
                                + ", " + judgeEvery + ", " + saveEvery + " and " + batch);
            }
            if (!(ema >= 0 && ema < 1)) {
                throw new IllegalArgumentException("ema must be from 0 to below 1, but is " + ema);
            }
            if (!(rate > 0 && rate <= 1) || warmup < 0 || !(decayFrom >= 0 && decayFrom <= 1)) {
                throw new IllegalArgumentException(
                        "rate must be above 0 and up to 1, warmup from 0 and decayFrom from 0 to 1, but they are "
                                + rate + ", " + warmup + " and " + decayFrom);
            }
            if (!(weightDecay >= 0 && weightDecay <= 1) || !(clip >= 0)) {
                throw new IllegalArgumentException("weightDecay must be from 0 to 1 and clip from 0, but they are "
                        + weightDecay + " and " + clip);
            }
        }

        /** Whether anything is trained. */
        boolean any() {
            return steps > 0;
        }

        TrainingLoop.Plan plan() {
            Optimiser.Settings usual = Optimiser.Settings.defaults();
            return new TrainingLoop.Plan(
                    steps,
                    new LearningRate(rate, warmup, decayFrom, steps),
                    new Optimiser.Settings(
                            usual.beta1(), usual.beta2(), usual.epsilon(), weightDecay, clip, muon, usual.momentum()),
                    ema,
                    judgeEvery,
                    saveEvery);
        }
    }

    /**
     * The encoder, trained here and then frozen.
     *
     * @param training how
     * @param model its shape
     * @param weights what counts how much
     * @param colourless share of a step's pairs that are shown without colour, 0 to 1
     * @param colourFactors annotated factors that are about colour: not asked for where colour was taken away
     * @param pictureSide side of the coarse picture that tokens draw
     * @param start bundle, or folder of an encoder alone, whose encoder's weights are trained further; empty: they are drawn
     *     from the seed
     */
    public record EncoderStage(
            Training training,
            PageEncoderConfig model,
            EncoderLearner.Weighting weights,
            double colourless,
            List<String> colourFactors,
            int pictureSide,
            String start) {

        /** Whether weights are there to start from. */
        boolean started() {
            return !start.isEmpty();
        }

        EncoderStage withStart(String place) {
            return new EncoderStage(training, model, weights, colourless, colourFactors, pictureSide, place);
        }
    }

    /**
     * The autoencoder.
     *
     * @param training how
     * @param model its shape
     * @param weights what counts how much
     * @param decoderOnly whether the decoder alone of an autoencoder that is there already is trained further; its latents
     *     stay as they are, and with them what denoises them
     * @param start bundle whose autoencoder's weights are trained further, with more channels where the model has more;
     *     empty: they are drawn from the seed
     */
    public record AutoencoderStage(
            Training training,
            AutoencoderConfig model,
            AutoencoderLearner.Weighting weights,
            boolean decoderOnly,
            String start) {

        /** Whether weights are there to start from. */
        boolean started() {
            return !start.isEmpty();
        }

        AutoencoderStage withStart(String place) {
            return new AutoencoderStage(training, model, weights, decoderOnly, place);
        }
    }

    /**
     * The denoiser.
     *
     * @param training how
     * @param objective what a pair is
     * @param space latent or pixel
     * @param model its shape
     * @param dropout share of conditions that are replaced by the empty one
     * @param alignment weight of the alignment of its middle with the encoder's tokens of the target; 0: none
     * @param shift resolution shift of the noise schedule; 1: none
     * @param times how often it learns at a time, from 0 (no noise) to 1 (nothing else)
     * @param perception how much it learns by what the frozen encoder sees in what it would draw
     * @param filter which pairs of a page are used, by the cosine of the encoder's pooled vectors
     * @param start bundle whose denoiser's weights are trained further; empty: they are drawn from the seed
     */
    public record DenoiserStage(
            Training training,
            PairBatches.Objective objective,
            Space space,
            DenoiserModel model,
            double dropout,
            double alignment,
            double shift,
            NoiseTimes times,
            DenoiserPerception perception,
            Filter filter,
            String start) {

        /** Whether weights are there to start from. */
        boolean started() {
            return !start.isEmpty();
        }

        DenoiserStage withStart(String place) {
            return new DenoiserStage(
                    training, objective, space, model, dropout, alignment, shift, times, perception, filter, place);
        }
    }

    /** What is denoised. */
    public enum Space {
        /** The autoencoder's latents. */
        LATENT(null),
        /** Pixels. */
        PIXEL(1.0);

        private final Double range;

        Space(Double range) {
            this.range = range;
        }

        /** Values lie in ± it; null: anywhere. */
        Double range() {
            return range;
        }
    }

    /** Shape of the denoiser; what the encoder and the autoencoder decide is not said here. */
    public record DenoiserModel(
            int convolutionWidth,
            int convolutionBlocks,
            int width,
            int heads,
            int blocks,
            int hidden,
            int crossWidth,
            boolean pooledCondition,
            int modulation,
            ImageDenoiserConfig.Output output) {}

    /**
     * Bounds of the similarity of a pair.
     *
     * @param lower below it an image is foreign; −1: none
     * @param upper above it a pair is a near-duplicate; 1 or more: none
     */
    public record Filter(double lower, double upper) {

        /** Whether it keeps nothing out. */
        public boolean admitsAll() {
            return lower <= -1 && upper >= 1;
        }
    }

    /** What a run makes in the end. */
    public enum Content {
        /** A bundle to sample with. */
        BUNDLE,
        /** The encoder alone; no other stage runs. */
        ENCODER
    }

    /**
     * What a run makes.
     *
     * @param content a bundle, or an encoder alone
     * @param directory where it is written; relative to the file
     * @param scheduler what a bundle is sampled with unless a request says otherwise
     * @param steps sampling steps unless a request says otherwise
     * @param guidanceScale guidance unless a request says otherwise
     * @param guidanceFrom lowest noise level that is guided unless a request says otherwise
     * @param guidanceTo highest noise level that is guided unless a request says otherwise
     * @param startShare share of the weights that the denoiser started from in those that are exported, from 0 to below 1
     */
    public record Export(
            Content content,
            String directory,
            String scheduler,
            int steps,
            double guidanceScale,
            double guidanceFrom,
            double guidanceTo,
            double startShare) {

        Export withDirectory(String place) {
            return new Export(content, place, scheduler, steps, guidanceScale, guidanceFrom, guidanceTo, startShare);
        }

        Guidance guidance() {
            return new Guidance(guidanceScale, guidanceFrom, guidanceTo, 0);
        }
    }

    /** Whether latents are those of an autoencoder that is there already. */
    boolean bringsAutoencoder() {
        return !autoencoder.started() && (denoiser.started() || frozenAutoencoder.given());
    }

    /** What a file need not say; the sources it must. */
    public static RunConfig defaults() {
        return new RunConfig(
                "my-pages",
                "Trained on pages of one's own.",
                "LicenseRef-Proprietary",
                1,
                0,
                "run",
                new Data(64, 0.02, "", List.of()),
                new FrozenEncoder("", ForeignEncoder.TokenPooling.CLS),
                new FrozenAutoencoder(""),
                new EncoderStage(
                        new Training(4000, 64, 8e-3, 100, 0.5, 0.05, 1, true, 0.998, 500, 500),
                        PageEncoderConfig.defaults(),
                        new EncoderLearner.Weighting(0.25, 4, 1, 0),
                        0.5,
                        List.of("main", "second", "background-colour"),
                        16,
                        ""),
                new AutoencoderStage(
                        new Training(6000, 24, 5e-3, 100, 0.5, 0, 1, true, 0.998, 500, 500),
                        AutoencoderConfig.defaults(),
                        new AutoencoderLearner.Weighting(2, 1, 1e-4, 0.05, 0, 0, 0),
                        false,
                        ""),
                new DenoiserStage(
                        new Training(6000, 96, 4e-3, 200, 0.5, 0.01, 1, true, 0.9995, 500, 500),
                        PairBatches.Objective.PAIRS,
                        Space.LATENT,
                        new DenoiserModel(64, 2, 256, 4, 6, 512, 128, true, 64, ImageDenoiserConfig.Output.VELOCITY),
                        0.1,
                        0.2,
                        1,
                        NoiseTimes.UNIFORM,
                        DenoiserPerception.NONE,
                        new Filter(-1, 1),
                        ""),
                new Export(Content.BUNDLE, "bundle", "ddim", 25, 1.5, 0, 1, 0));
    }
}
