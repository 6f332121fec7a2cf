package dev.semantica.sampler.onnx;

import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.engine.Reading;
import dev.semantica.sampler.image.PixelTensors;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.GraphSession.Frame;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What a bundle's graphs make of pictures, and pictures of samples. */
final class OnnxPictures {

    private final BundleManifest manifest;
    private final BundleGraphs graphs;
    private final double[] scale = new double[3];
    private final double[] offset = new double[3];
    private final int pixelSize;

    OnnxPictures(BundleManifest manifest, BundleGraphs graphs) {
        this.manifest = manifest;
        this.graphs = graphs;
        BundleManifest.Image image = manifest.image();
        for (int c = 0; c < 3; c++) {
            scale[c] = 1 / (255 * image.std().get(c));
            offset[c] = -image.mean().get(c) / image.std().get(c);
        }
        this.pixelSize = 3 * image.width() * image.height();
    }

    List<Condition> encode(List<RgbImage> images) {
        Frame frame = graphs.get("encoder").frame(images.size());
        EncoderPixels size = graphs.encoderPixels();
        float[] pixels = new float[3 * size.width() * size.height()];
        for (int row = 0; row < images.size(); row++) {
            size.write(images.get(row), pixels);
            frame.put("pixels", row, pixels, 0, pixels.length);
        }
        frame.run();
        List<Condition> conditions = new ArrayList<>();
        for (int row = 0; row < images.size(); row++) {
            List<float[]> tensors = new ArrayList<>();
            for (BundleManifest.Tensor tensor : manifest.condition()) {
                float[] values = new float[tensor.size()];
                frame.get(tensor.name(), row, values, 0, values.length);
                tensors.add(values);
            }
            conditions.add(new Condition(tensors));
        }
        return conditions;
    }

    List<Reading> read(List<Condition> conditions) {
        if (manifest.reader() == null) {
            throw new IllegalStateException("Bundle " + manifest.name() + " has no reader");
        }
        Frame frame = graphs.get("reader").frame(conditions.size());
        Set<String> inputs = manifest.graphs().get("reader").inputs().keySet();
        for (int row = 0; row < conditions.size(); row++) {
            for (int i = 0; i < manifest.condition().size(); i++) {
                String tensor = manifest.condition().get(i).name();
                if (inputs.contains(tensor)) {
                    float[] values = conditions.get(row).tensors().get(i);
                    frame.put(tensor, row, values, 0, values.length);
                }
            }
        }
        frame.run();
        List<Reading> readings = new ArrayList<>();
        for (int row = 0; row < conditions.size(); row++) {
            List<double[]> chances = new ArrayList<>();
            for (BundleManifest.Factor factor : manifest.reader().factors()) {
                float[] logits = new float[factor.values().size()];
                frame.get(factor.name(), row, logits, 0, logits.length);
                requireFinite(logits, factor.name());
                chances.add(Reading.chances(logits));
            }
            readings.add(new Reading(chances));
        }
        return readings;
    }

    private static void requireFinite(float[] logits, String factor) {
        for (float logit : logits) {
            if (!Float.isFinite(logit)) {
                throw new EngineException("The reader gives " + logit + " for " + factor, null);
            }
        }
    }

    /** Samples of pictures: by the latent encoder, or the pixels themselves where there is none. */
    List<float[]> encodeSamples(List<RgbImage> images) {
        List<float[]> samples = new ArrayList<>();
        GraphSession encoder = graphs.get("latentEncoder");
        if (encoder == null) {
            for (RgbImage image : images) {
                float[] pixels = new float[pixelSize];
                PixelTensors.write(image, scale, offset, pixels, 0);
                samples.add(pixels);
            }
            return samples;
        }
        Frame frame = encoder.frame(images.size());
        float[] pixels = new float[pixelSize];
        for (int row = 0; row < images.size(); row++) {
            PixelTensors.write(images.get(row), scale, offset, pixels, 0);
            frame.put("pixels", row, pixels, 0, pixels.length);
        }
        frame.run();
        for (int row = 0; row < images.size(); row++) {
            float[] values = new float[manifest.sample().size()];
            frame.get("sample", row, values, 0, values.length);
            samples.add(values);
        }
        return samples;
    }

    List<RgbImage> decode(List<float[]> samples) {
        BundleManifest.Image image = manifest.image();
        List<RgbImage> pictures = new ArrayList<>();
        GraphSession decoder = graphs.get("decoder");
        if (decoder == null) {
            samples.forEach(
                    sample -> pictures.add(PixelTensors.read(sample, 0, image.width(), image.height(), scale, offset)));
            return pictures;
        }
        Frame frame = decoder.frame(samples.size());
        for (int row = 0; row < samples.size(); row++) {
            frame.put("sample", row, samples.get(row), 0, samples.get(row).length);
        }
        frame.run();
        float[] pixels = new float[pixelSize];
        for (int row = 0; row < samples.size(); row++) {
            frame.get("pixels", row, pixels, 0, pixels.length);
            pictures.add(PixelTensors.read(pixels, 0, image.width(), image.height(), scale, offset));
        }
        return pictures;
    }
}
