package dev.semantica.sampler.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.diffusion.Guidance;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * {@code bundle.json}, as it is written; docs/bundles.md explains it. {@link Bundle#read} checks it.
 *
 * @param formatVersion version of this layout, 1
 * @param name what requests call the bundle
 * @param description a sentence for people
 * @param licence SPDX identifier of the weights' licence
 * @param image the pictures that it reads and makes
 * @param sample what the denoiser denoises
 * @param condition the tensors that the encoder makes of a source, in order
 * @param similarity the condition tensor whose cosine compares a variation with its source; null: none
 * @param graphs the ONNX files by role: encoder, denoiser, for latent samples decoder and optionally latentEncoder, and
 *     optionally reader
 * @param unconditional the empty condition
 * @param prediction epsilon, v_prediction or sample
 * @param noiseSchedule the schedule of the training
 * @param sampling schedulers and defaults
 * @param training where the weights come from, in free form
 * @param encoderImage the pictures that the encoder reads, where they differ from the bundle's; null: they do not
 * @param sharedTimestep whether the denoiser takes one timestep a call, so that only rows of the same one can share it;
 *     false if absent
 * @param reader what the graph reader reads from a condition; null where there is no such graph
 */
public record BundleManifest(
        @JsonProperty(required = true) int formatVersion,
        @JsonProperty(required = true) String name,
        String description,
        String licence,
        @JsonProperty(required = true) Image image,
        @JsonProperty(required = true) Sample sample,
        @JsonProperty(required = true) List<Tensor> condition,
        String similarity,
        @JsonProperty(required = true) Map<String, Graph> graphs,
        @JsonProperty(required = true) DataFile unconditional,
        @JsonProperty(required = true) String prediction,
        @JsonProperty(required = true) Schedule noiseSchedule,
        @JsonProperty(required = true) Sampling sampling,
        JsonNode training,
        EncoderImage encoderImage,
        Boolean sharedTimestep,
        Reader reader) {

    /** What a bundle's name is of, for people. */
    public static final String NAMES = "1 to 100 letters, digits, '.', '_', '-'";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** Refuses null where a value is needed. */
    public BundleManifest {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(sample, "sample");
        Objects.requireNonNull(condition, "condition");
        Objects.requireNonNull(graphs, "graphs");
        Objects.requireNonNull(unconditional, "unconditional");
        Objects.requireNonNull(prediction, "prediction");
        Objects.requireNonNull(noiseSchedule, "noiseSchedule");
        Objects.requireNonNull(sampling, "sampling");
    }

    /** Whether requests can call a bundle that. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    /** Whether only rows of the same timestep can share a call of the denoiser. */
    public boolean sharesTimestep() {
        return Boolean.TRUE.equals(sharedTimestep);
    }

    /**
     * The same bundle with a reader.
     *
     * @param otherName what requests call it
     * @param graph that reads
     * @param what it reads
     * @param origin where the reader comes from, a note beside those of the training
     */
    public BundleManifest withReader(String otherName, Graph graph, Reader what, JsonNode origin) {
        return with(otherName, "reader", graph, what, noting("reader", origin));
    }

    /**
     * The same bundle with a denoiser of 8-bit integers.
     *
     * @param origin what it was made of, a note beside those of the training
     */
    BundleManifest withInt8Denoiser(String otherName, Graph graph, JsonNode origin) {
        return with(otherName, "denoiser", graph, reader, noting("int8", origin));
    }

    private ObjectNode noting(String name, JsonNode note) {
        ObjectNode notes = JsonNodeFactory.instance.objectNode();
        if (training instanceof ObjectNode known) {
            notes.setAll(known);
        }
        notes.set(name, note);
        return notes;
    }

    private BundleManifest with(String otherName, String role, Graph graph, Reader what, JsonNode notes) {
        Map<String, Graph> all = new LinkedHashMap<>(graphs);
        all.put(role, graph);
        return new BundleManifest(
                formatVersion,
                otherName,
                description,
                licence,
                image,
                sample,
                condition,
                similarity,
                all,
                unconditional,
                prediction,
                noiseSchedule,
                sampling,
                notes,
                encoderImage,
                sharedTimestep,
                what);
    }

    /**
     * The pictures: a channel's tensor value is (byte / 255 − mean) / std.
     *
     * @param width in pixels
     * @param height in pixels
     * @param mean per channel, RGB
     * @param std per channel, RGB
     */
    public record Image(
            @JsonProperty(required = true) int width,
            @JsonProperty(required = true) int height,
            @JsonProperty(required = true) List<Double> mean,
            @JsonProperty(required = true) List<Double> std) {

        /** Refuses null where a value is needed. */
        public Image {
            Objects.requireNonNull(mean, "mean");
            Objects.requireNonNull(std, "std");
        }
    }

    /**
     * The pictures that an encoder of its own kind reads: the shorter side is brought to a length, then the middle is cut
     * out; a channel's tensor value is (byte / 255 − mean) / std.
     *
     * @param width in pixels
     * @param height in pixels
     * @param shortestSide length of the shorter side before the middle is cut out, at least width and height; the greater
     *     of both if absent
     * @param mean per channel, RGB
     * @param std per channel, RGB
     */
    public record EncoderImage(
            @JsonProperty(required = true) int width,
            @JsonProperty(required = true) int height,
            Integer shortestSide,
            @JsonProperty(required = true) List<Double> mean,
            @JsonProperty(required = true) List<Double> std) {

        /** Refuses null where a value is needed. */
        public EncoderImage {
            Objects.requireNonNull(mean, "mean");
            Objects.requireNonNull(std, "std");
        }
    }

    /**
     * What the denoiser denoises.
     *
     * @param space pixel or latent
     * @param shape channels, height, width
     */
    public record Sample(
            @JsonProperty(required = true) String space,
            @JsonProperty(required = true) List<Integer> shape) {

        /** Refuses null where a value is needed. */
        public Sample {
            Objects.requireNonNull(space, "space");
            Objects.requireNonNull(shape, "shape");
        }

        /** Number of values. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /**
     * A tensor of the condition.
     *
     * @param name its name within the bundle
     * @param shape without the leading rows
     */
    public record Tensor(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) List<Integer> shape) {

        /** Refuses null where a value is needed. */
        public Tensor {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(shape, "shape");
        }

        /** Number of values. */
        public int size() {
            return shape.stream().reduce(1, Math::multiplyExact);
        }
    }

    /**
     * An ONNX file.
     *
     * @param file name within the bundle's directory
     * @param sha256 its digest, 64 hexadecimal digits
     * @param inputs graph input by role: pixels, sample, timestep, or a condition tensor's name
     * @param outputs graph output by role: pixels, sample, prediction, a condition tensor's name, or a factor's
     * @param data files beside it that hold weights of it; none if absent
     */
    public record Graph(
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) String sha256,
            @JsonProperty(required = true) Map<String, String> inputs,
            @JsonProperty(required = true) Map<String, String> outputs,
            List<DataFile> data) {

        /** Refuses null where a value is needed. */
        public Graph {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(sha256, "sha256");
            Objects.requireNonNull(inputs, "inputs");
            Objects.requireNonNull(outputs, "outputs");
        }

        /** The files beside it. */
        List<DataFile> dataFiles() {
            return data == null ? List.of() : data;
        }
    }

    /**
     * What is read from the condition of a picture, so that a variation that is read otherwise than its source is drawn anew.
     *
     * @param factors what is read; the graph reader has an output [rows, values] of logits for each
     * @param attempts how often a variation is drawn at most, 1 to {@value #MOST_ATTEMPTS}, unless a request says otherwise
     * @param agreement below which a variation is drawn anew, above 0 to 1: the chance that it is the same as its source in
     *     all factors, as a share of the largest that the source's reading allows; {@value #USUAL_AGREEMENT} if absent
     */
    public record Reader(
            @JsonProperty(required = true) List<Factor> factors,
            @JsonProperty(required = true) int attempts,
            Double agreement) {

        /** No variation is drawn more often. */
        public static final int MOST_ATTEMPTS = 16;

        private static final double USUAL_AGREEMENT = 0.8;

        /** Refuses null where a value is needed. */
        public Reader {
            Objects.requireNonNull(factors, "factors");
        }

        /** Where a variation is drawn anew, defaults resolved. */
        public double wantedAgreement() {
            return agreement == null ? USUAL_AGREEMENT : agreement;
        }
    }

    /**
     * What is read.
     *
     * @param name of the factor
     * @param values what it can be, in the order of the logits
     * @param certainty the chance of the likeliest value, 0 to 1, below which the reader does not know the like of a picture:
     *     of such a source nothing is drawn anew; 0 if absent
     */
    public record Factor(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) List<String> values,
            Double certainty) {

        /** Refuses null where a value is needed. */
        public Factor {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(values, "values");
        }

        /** How sure the reader is of what it knows, defaults resolved. */
        public double usualCertainty() {
            return certainty == null ? 0 : certainty;
        }
    }

    /**
     * A file of numbers: the empty condition, JSON of {@code {"NAME": {"shape": […], "values": […]}}}, or weights.
     *
     * @param file name within the bundle's directory
     * @param sha256 its digest, 64 hexadecimal digits
     */
    public record DataFile(
            @JsonProperty(required = true) String file,
            @JsonProperty(required = true) String sha256) {

        /** Refuses null where a value is needed. */
        public DataFile {
            Objects.requireNonNull(file, "file");
            Objects.requireNonNull(sha256, "sha256");
        }
    }

    /**
     * A noise schedule: cosine (maxTime, shift) or discrete (the rest).
     *
     * @param type cosine or discrete
     * @param maxTime t where sampling starts
     * @param shift resolution shift, 1 if absent
     * @param betaSchedule linear, scaled_linear or squaredcos_cap_v2
     * @param trainTimesteps timesteps of the training
     * @param betaStart first β
     * @param betaEnd last β
     * @param zeroTerminalSnr whether the last timestep is pure noise
     * @param betas β for every timestep of the training, in place of betaSchedule, trainTimesteps, betaStart, betaEnd
     */
    public record Schedule(
            @JsonProperty(required = true) String type,
            Double maxTime,
            Double shift,
            String betaSchedule,
            Integer trainTimesteps,
            Double betaStart,
            Double betaEnd,
            Boolean zeroTerminalSnr,
            List<Double> betas) {

        /** Refuses null where a value is needed. */
        public Schedule {
            Objects.requireNonNull(type, "type");
        }
    }

    /**
     * How to sample.
     *
     * @param schedulers the schedulers that may be asked for
     * @param scheduler the default one
     * @param steps default number of steps
     * @param maxSteps largest number of steps
     * @param guidanceScale default guidance
     * @param maxGuidanceScale largest guidance
     * @param eta η of ddim, 0 if absent
     * @param timestepSpacing leading, trailing or linspace; the scheduler's custom if absent
     * @param stepsOffset added to leading timesteps, 0 if absent
     * @param setAlphaToOne target of ddim's last step, true if absent
     * @param clipSampleRange clips the predicted sample to ±this; absent: no clipping
     * @param finalSigmas where the last step of euler and dpmpp-2m ends: zero (if absent) or sigma_min
     * @param varianceType variance that ddpm adds: fixed_small (if absent) or fixed_large
     * @param guidanceFrom lowest noise level that is guided by default, 0 if absent
     * @param guidanceTo highest noise level that is guided by default, 1 if absent
     */
    public record Sampling(
            @JsonProperty(required = true) List<String> schedulers,
            @JsonProperty(required = true) String scheduler,
            @JsonProperty(required = true) int steps,
            @JsonProperty(required = true) int maxSteps,
            @JsonProperty(required = true) double guidanceScale,
            @JsonProperty(required = true) double maxGuidanceScale,
            Double eta,
            String timestepSpacing,
            Integer stepsOffset,
            Boolean setAlphaToOne,
            Double clipSampleRange,
            String finalSigmas,
            String varianceType,
            Double guidanceFrom,
            Double guidanceTo) {

        /** Refuses null where a value is needed. */
        public Sampling {
            Objects.requireNonNull(schedulers, "schedulers");
            Objects.requireNonNull(scheduler, "scheduler");
        }

        /**
         * The default guidance.
         *
         * @throws IllegalArgumentException if the noise levels are no interval within 0 to 1
         */
        public Guidance guidance() {
            return new Guidance(
                    guidanceScale, guidanceFrom == null ? 0 : guidanceFrom, guidanceTo == null ? 1 : guidanceTo, 0);
        }
    }
}
