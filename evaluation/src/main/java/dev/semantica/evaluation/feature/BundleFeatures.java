package dev.semantica.evaluation.feature;

import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.codec.digest.DigestUtils;

/** A bundle's encoder as a feature extractor. */
final class BundleFeatures implements FeatureEncoder {

    private final LoadedBundle bundle;
    private final int tensor;
    private final Pooling pooling;
    private final Runnable closing;

    private BundleFeatures(LoadedBundle bundle, int tensor, Pooling pooling, Runnable closing) {
        this.bundle = bundle;
        this.tensor = tensor;
        this.pooling = pooling;
        this.closing = closing;
    }

    static FeatureEncoder of(LoadedBundle bundle, Pooling wanted, Runnable closing) throws BundleException {
        BundleManifest manifest = bundle.bundle().manifest();
        List<BundleManifest.Tensor> condition = manifest.condition();
        int similarity =
                condition.stream().map(BundleManifest.Tensor::name).toList().indexOf(manifest.similarity());
        Pooling pooling = wanted != null ? wanted : similarity >= 0 ? Pooling.POOLED : Pooling.MEAN;
        if (pooling == Pooling.POOLED && similarity < 0) {
            throw new BundleException(List.of("Bundle " + bundle.bundle().name()
                    + " names no tensor for similarity, so it has no pooled features; use cls or mean"));
        }
        return new BundleFeatures(bundle, pooling == Pooling.POOLED ? similarity : 0, pooling, closing);
    }

    @Override
    public String name() {
        return bundle.bundle().name() + " (" + pooling + ")";
    }

    @Override
    public String digest() {
        BundleManifest manifest = bundle.bundle().manifest();
        BundleManifest.Graph graph = manifest.graphs().get("encoder");
        List<String> lines = new ArrayList<>();
        lines.add("bundle");
        lines.add(graph.sha256());
        if (graph.data() != null) {
            graph.data().forEach(file -> lines.add(file.file() + " " + file.sha256()));
        }
        lines.add(manifest.image().toString());
        lines.add(String.valueOf(manifest.encoderImage()));
        lines.add(manifest.condition().get(tensor).toString());
        lines.add(pooling.toString());
        return DigestUtils.sha256Hex(String.join("\n", lines));
    }

    @Override
    public int width() {
        return bundle.bundle().manifest().image().width();
    }

    @Override
    public int height() {
        return bundle.bundle().manifest().image().height();
    }

    @Override
    public List<double[]> encode(List<RgbImage> pictures) {
        List<Integer> shape = bundle.bundle().manifest().condition().get(tensor).shape();
        int width = shape.get(shape.size() - 1);
        List<double[]> features = new ArrayList<>();
        for (Condition condition : bundle.encode(pictures)) {
            float[] values = condition.tensors().get(tensor);
            double[] vector =
                    switch (pooling) {
                        case POOLED, TOKENS -> Tokens.mean(values, 1, values.length);
                        case CLS -> Tokens.mean(values, 1, width);
                        case MEAN -> Tokens.mean(values, values.length / width, width);
                    };
            Tokens.requireFinite(vector, manifestName());
            features.add(vector);
        }
        return features;
    }

    private String manifestName() {
        return bundle.bundle().manifest().condition().get(tensor).name();
    }

    @Override
    public void close() {
        closing.run();
    }
}
