package dev.semantica.evaluation.feature;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Images to features, a batch at a time, each image once: features may be kept on disk by encoder and by the image's own
 * digest. Images are read, decoded and brought to size on all cores. For one thread.
 */
public final class Features {

    private static final int BATCH = 32;

    private final FeatureEncoder encoder;
    private final ImageDecoder decoder;
    /** Null where nothing is kept. */
    private final Path cache;

    /**
     * Features of a set.
     *
     * @param images those that could be read, in their order
     * @param matrix their features
     * @param unreadable why the others could not be read, by id
     */
    public record Encoded(List<LabelledImage> images, FeatureMatrix matrix, SortedMap<String, String> unreadable) {}

    /** An image on its way: its features if they are known, else its picture, or why there is none. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Prepared(String digest, double[] known, RgbImage picture, Exception unreadable) {}

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

    /** Features of one encoder that are not kept. */
    public Features(FeatureEncoder encoder, ImageDecoder decoder) {
        this.encoder = encoder;
        this.decoder = decoder;
        this.cache = null;
    }

    /** The encoder. */
    public FeatureEncoder encoder() {
        return encoder;
    }

    /** A picture file, decoded. */
    public RgbImage decoded(byte[] file) throws ImageRejectedException {
        return decoder.decode(file);
    }

    /** A picture file, decoded and brought to the encoder's size. */
    public RgbImage picture(byte[] file) throws ImageRejectedException {
        return encoder.prepare(decoded(file));
    }

    /**
     * Features of a set; images that cannot be read are left out and named.
     *
     * @param done told how many are done
     * @throws IOException if the cache cannot be read or written, or no image can be read
     * @throws EncoderOutputException if the encoder does not give what it promised
     */
    public Encoded ofImages(List<LabelledImage> images, IntConsumer done) throws IOException {
        SortedMap<String, String> unreadable = new TreeMap<>();
        List<LabelledImage> readable = new ArrayList<>();
        List<double[]> features = new ArrayList<>();
        for (int at = 0; at < images.size(); at += BATCH) {
            List<LabelledImage> batch = images.subList(at, Math.min(at + BATCH, images.size()));
            List<Prepared> prepared = prepare(batch);
            List<double[]> vectors = vectors(batch, prepared);
            for (int i = 0; i < batch.size(); i++) {
                if (vectors.get(i) == null) {
                    unreadable.put(
                            batch.get(i).id(), prepared.get(i).unreadable().getMessage());
                } else {
                    readable.add(batch.get(i));
                    features.add(vectors.get(i));
                }
            }
            done.accept(at + batch.size());
        }
        if (readable.isEmpty() && !images.isEmpty()) {
            throw new IOException("Not one of " + images.size() + " images can be read; " + unreadable.firstKey() + ": "
                    + unreadable.get(unreadable.firstKey()));
        }
        return new Encoded(List.copyOf(readable), FeatureMatrix.of(features), unreadable);
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
        List<double[]> features = new ArrayList<>();
        for (int at = 0; at < files.size(); at += BATCH) {
            List<LabelledImage> batch = new ArrayList<>();
            for (int i = at; i < Math.min(at + BATCH, files.size()); i++) {
                byte[] file = files.get(i);
                batch.add(new LabelledImage("image " + i + " of the set", "", () -> file));
            }
            List<Prepared> prepared = prepare(batch);
            for (int i = 0; i < prepared.size(); i++) {
                if (prepared.get(i).unreadable() != null) {
                    throw new UnreadableImageException(at + i, prepared.get(i).unreadable());
                }
            }
            features.addAll(vectors(batch, prepared));
            done.accept(at + batch.size());
        }
        return FeatureMatrix.of(features);
    }

    /** Features of pictures that are in no file; not kept. */
    public FeatureMatrix ofPictures(List<RgbImage> pictures) {
        List<double[]> features = new ArrayList<>();
        for (int at = 0; at < pictures.size(); at += BATCH) {
            features.addAll(encoder.encode(pictures.subList(at, Math.min(at + BATCH, pictures.size()))));
        }
        return FeatureMatrix.of(features);
    }

    private List<Prepared> prepare(List<LabelledImage> batch) throws IOException {
        try {
            return batch.parallelStream().map(this::prepare).toList();
        } catch (UncheckedIOException e) {
            throw new IOException(
                    "The features kept in " + cache + " cannot be read: "
                            + e.getCause().getMessage(),
                    e);
        }
    }

    private Prepared prepare(LabelledImage image) {
        byte[] file;
        try {
            file = image.content().read();
        } catch (IOException e) {
            return new Prepared("", null, null, e);
        }
        String digest = DigestUtils.sha256Hex(file);
        try {
            double[] known = known(digest);
            return new Prepared(digest, known, known == null ? picture(file) : null, null);
        } catch (ImageRejectedException e) {
            return new Prepared(digest, null, null, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The features of a batch; null where an image could not be read. */
    private List<double[]> vectors(List<LabelledImage> batch, List<Prepared> prepared) throws IOException {
        int[] waiting = IntStream.range(0, batch.size())
                .filter(i -> prepared.get(i).picture() != null)
                .toArray();
        List<double[]> vectors = new ArrayList<>();
        prepared.forEach(image -> vectors.add(image.known()));
        if (waiting.length > 0) {
            List<RgbImage> pictures = IntStream.of(waiting)
                    .mapToObj(i -> prepared.get(i).picture())
                    .toList();
            List<double[]> encoded = encode(pictures, waiting, batch);
            for (int i = 0; i < waiting.length; i++) {
                vectors.set(waiting[i], encoded.get(i));
                keep(prepared.get(waiting[i]).digest(), encoded.get(i));
            }
        }
        return vectors;
    }

    private List<double[]> encode(List<RgbImage> pictures, int[] places, List<LabelledImage> batch) {
        try {
            return encoder.encode(pictures);
        } catch (EncoderOutputException e) {
            // One by one, to name the image that it is.
            for (int i = 0; i < places.length; i++) {
                try {
                    encoder.encode(List.of(pictures.get(i)));
                } catch (EncoderOutputException single) {
                    throw new EncoderOutputException("Encoder " + encoder.name() + " fails on "
                            + batch.get(places[i]).id() + ": " + single.getMessage());
                }
            }
            throw e;
        }
    }

    private double[] known(String digest) throws IOException {
        if (cache == null) {
            return null;
        }
        Path kept = place(digest);
        if (!Files.exists(kept)) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(kept)))) {
            double[] features = new double[in.readInt()];
            for (int i = 0; i < features.length; i++) {
                features[i] = in.readDouble();
            }
            return features;
        }
    }

    private void keep(String digest, double[] features) throws IOException {
        if (cache == null) {
            return;
        }
        Path kept = place(digest);
        Files.createDirectories(kept.getParent());
        Path unfinished = kept.resolveSibling(kept.getFileName() + ".unfinished");
        try (DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(unfinished)))) {
            out.writeInt(features.length);
            for (double feature : features) {
                out.writeDouble(feature);
            }
        }
        Files.move(unfinished, kept, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private Path place(String digest) {
        return cache.resolve(digest.substring(0, 2)).resolve(digest);
    }
}
