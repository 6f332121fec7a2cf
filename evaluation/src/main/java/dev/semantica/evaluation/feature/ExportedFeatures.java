package dev.semantica.evaluation.feature;

import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.diffusers.ImageEncoderExport;
import dev.semantica.sampler.diffusers.Preprocessing;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.image.PixelTensors;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;

/** An exported image encoder as a feature extractor. */
final class ExportedFeatures implements FeatureEncoder {

    private final ImageEncoderExport export;
    private final FeatureOutput output;
    private final OnnxEncoder graph;

    private ExportedFeatures(ImageEncoderExport export, FeatureOutput output, OnnxEncoder graph) {
        this.export = export;
        this.output = output;
        this.graph = graph;
    }

    static FeatureEncoder open(Path place, Pooling pooling, ExecutionProvider provider) throws BundleException {
        ImageEncoderExport export = ImageEncoderExport.read(place);
        FeatureOutput output = FeatureOutput.choose(export.file(), export.outputs(), pooling);
        OnnxEncoder graph = OnnxEncoder.load(
                export.adapted(output.name()),
                export.file(),
                ImageEncoderExport.PIXELS,
                ImageEncoderExport.FEATURES,
                provider);
        ExportedFeatures opened = new ExportedFeatures(export, output, graph);
        try {
            opened.dryRun();
            return opened;
        } catch (BundleException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** What a graph declares need not be what it does: only a call tells, and two pictures tell more than one. */
    private void dryRun() throws BundleException {
        byte[] noise = new byte[3 * width() * height()];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (byte) random.nextInt(256);
        }
        try {
            encode(List.of(
                    new RgbImage(width(), height(), new byte[noise.length]), new RgbImage(width(), height(), noise)));
        } catch (EncoderOutputException | EngineException e) {
            throw new BundleException(
                    List.of("A dry run of " + export.file() + " with two pictures failed: " + e.getMessage()));
        }
    }

    @Override
    public String name() {
        Path file = export.file().toAbsolutePath();
        Path folder = file.getParent();
        String own = file.getFileName().toString();
        boolean plain = own.equals("model.onnx") && folder != null && folder.getFileName() != null;
        return (plain ? folder.getFileName().toString() : own) + " (" + output.pooling() + " of " + output.name() + ")";
    }

    @Override
    public String digest() {
        List<String> lines = new ArrayList<>();
        lines.add("export");
        lines.addAll(export.digests());
        lines.add(export.preprocessing().toString());
        lines.add(output.pooling() + " of " + output.name());
        return DigestUtils.sha256Hex(String.join("\n", lines));
    }

    @Override
    public int width() {
        return export.preprocessing().width();
    }

    @Override
    public int height() {
        return export.preprocessing().height();
    }

    @Override
    public RgbImage prepare(RgbImage picture) {
        return PicturePreparation.prepare(picture, export.preprocessing());
    }

    @Override
    public List<double[]> encode(List<RgbImage> pictures) {
        Preprocessing preprocessing = export.preprocessing();
        double[] scale = new double[3];
        double[] offset = new double[3];
        for (int c = 0; c < 3; c++) {
            scale[c] = 1 / (255 * preprocessing.std().get(c));
            offset[c] = -preprocessing.mean().get(c) / preprocessing.std().get(c);
        }
        int size = 3 * width() * height();
        float[] pixels = new float[Math.multiplyExact(size, pictures.size())];
        IntStream.range(0, pictures.size())
                .parallel()
                .forEach(i -> PixelTensors.write(pictures.get(i), scale, offset, pixels, i * size));
        OnnxEncoder.Output given = graph.run(pixels, pictures.size(), 3, height(), width());
        return output.features(given.shape(), given.values(), pictures.size());
    }

    @Override
    public void close() {
        graph.close();
    }
}
