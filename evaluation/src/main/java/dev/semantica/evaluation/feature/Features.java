package dev.semantica.evaluation.feature;

import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Images to features, a batch at a time, each image once: features are kept on disk by encoder and by the image's own
 * digest. For one thread.
 */
public final class Features {

    private static final int BATCH = 32;

    private final FeatureEncoder encoder;
    private final ImageDecoder decoder;
    private final Path cache;

    /**
     * Features of one encoder.
     *
     * @param cache folder to keep them in; made when needed
     */
    public Features(FeatureEncoder encoder, ImageDecoder decoder, Path cache) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.cache = cache.resolve(encoder.digest());
    }

    /** The encoder. */
    public FeatureEncoder encoder() {
        return encoder;
    }

    /** A picture file, decoded and brought to the encoder's size. */
    public RgbImage picture(byte[] file) throws ImageRejectedException {
        return encoder.prepare(decoder.decode(file));
    }

    /**
     * Features of image files, in their order.
     *
     * @param files the files' bytes
     * @param done told how many are done
     * @throws IOException if the cache cannot be read or written
     * @throws UnreadableImageException if a file is no image that is read
     */
    public FeatureMatrix ofFiles(List<byte[]> files, IntConsumer done) throws IOException {
        Files.createDirectories(cache);
        double[][] features = new double[files.size()][];
        Map<Integer, RgbImage> waiting = new LinkedHashMap<>();
        for (int i = 0; i < files.size(); i++) {
            features[i] = known(files.get(i));
            if (features[i] == null) {
                try {
                    waiting.put(i, picture(files.get(i)));
                } catch (ImageRejectedException e) {
                    throw new UnreadableImageException(i, e);
                }
            }
            if (waiting.size() == BATCH || (i == files.size() - 1 && !waiting.isEmpty())) {
                List<Integer> places = List.copyOf(waiting.keySet());
                List<double[]> encoded = encoder.encode(List.copyOf(waiting.values()));
                for (int b = 0; b < places.size(); b++) {
                    features[places.get(b)] = encoded.get(b);
                    keep(files.get(places.get(b)), encoded.get(b));
                }
                waiting.clear();
            }
            done.accept(i + 1 - waiting.size());
        }
        return FeatureMatrix.of(List.of(features));
    }

    /** Features of pictures that are in no file; not kept. */
    public FeatureMatrix ofPictures(List<RgbImage> pictures) {
        List<double[]> features = new ArrayList<>();
        for (int at = 0; at < pictures.size(); at += BATCH) {
            features.addAll(encoder.encode(pictures.subList(at, Math.min(at + BATCH, pictures.size()))));
        }
        return FeatureMatrix.of(features);
    }

    private double[] known(byte[] file) throws IOException {
        Path kept = place(file);
        if (!Files.exists(kept)) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(Files.newInputStream(kept))) {
            double[] features = new double[in.readInt()];
            for (int i = 0; i < features.length; i++) {
                features[i] = in.readDouble();
            }
            return features;
        }
    }

    private void keep(byte[] file, double[] features) throws IOException {
        Path kept = place(file);
        Files.createDirectories(kept.getParent());
        Path unfinished = kept.resolveSibling(kept.getFileName() + ".unfinished");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(unfinished))) {
            out.writeInt(features.length);
            for (double feature : features) {
                out.writeDouble(feature);
            }
        }
        Files.move(unfinished, kept, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path place(byte[] file) {
        String digest = EncoderDigest.sha256(file);
        return cache.resolve(digest.substring(0, 2)).resolve(digest);
    }
}
