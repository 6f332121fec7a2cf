package dev.semantica.evaluation.factor;

import static dev.semantica.evaluation.data.PageAnnotations.file;
import static dev.semantica.evaluation.data.PageAnnotations.page;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.data.PageAnnotations;
import dev.semantica.evaluation.metric.Samples;
import dev.semantica.evaluation.protocol.Augmentations;
import dev.semantica.evaluation.protocol.BundleAutoencoder;
import dev.semantica.evaluation.protocol.FewShot;
import dev.semantica.pages.factor.Factors;
import dev.semantica.pages.factor.PageAnnotation;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Judges variations of images whose pages are annotated: a folder a page with {@value PageAnnotation#FILE}. Variations, copies
 * of the source, classical augmentation of it and images of other pages are compared with real page mates, all with the same
 * number of images; so are the mates as the bundle's autoencoder draws them.
 */
public final class AnnotatedShots {

    /** Real images of the source's page, without the source. */
    public static final String MATES = "real page mates";
    /** The same mates, encoded to latents and decoded: what no denoiser of these latents can do better. */
    public static final String AUTOENCODER = FewShot.AUTOENCODER;
    /** What is judged. */
    public static final String VARIATIONS = "variations";
    /** The source again and again. */
    public static final String COPIES = "copies of the source";
    /** Flips, crops and colour. */
    public static final String CLASSICAL = "classical augmentation";
    /** Real images of another source's page: what chance keeps. */
    public static final String OTHERS = "images of other pages";

    /** Pictures in memory at once. */
    private static final int BATCH = 64;

    private final FactorProbes probes;
    private final FactorProbes sourceProbes;
    private final ImageDecoder decoder;
    private final BundleAutoencoder autoencoder;
    private final Map<String, Map<String, Factors>> predictions = new TreeMap<>();
    private final Map<String, LabelledImage> genuine = new TreeMap<>();
    private final Map<String, PageAnnotation> annotations = new TreeMap<>();
    private final List<Factors> real = new ArrayList<>();

    /**
     * Reads the factors of all genuine images of annotated pages.
     *
     * @param sourceProbes fitted to the judged bundle's own encoder, to read what it tells of the sources; null: none
     * @param dataset folder that the images' ids are relative to
     * @param autoencoder judged by itself; null: none
     * @throws IllegalArgumentException if no image has an annotated page
     */
    public AnnotatedShots(
            FactorProbes probes,
            FactorProbes sourceProbes,
            ImageDecoder decoder,
            Path dataset,
            List<LabelledImage> images,
            BundleAutoencoder autoencoder)
            throws IOException, ImageRejectedException {
        this.probes = probes;
        this.sourceProbes = sourceProbes;
        this.decoder = decoder;
        this.autoencoder = autoencoder;
        List<LabelledImage> batch = new ArrayList<>();
        PageAnnotations known = new PageAnnotations(dataset);
        for (LabelledImage image : images) {
            Optional<PageAnnotation> annotation = known.of(image);
            annotation.ifPresent(found -> annotations.put(page(image), found));
            if (annotation.isPresent() && PageAnnotations.isGenuine(annotation.get(), image)) {
                batch.add(image);
                genuine.put(image.id(), image);
            }
            if (batch.size() == BATCH) {
                read(batch);
            }
        }
        read(batch);
        if (real.isEmpty()) {
            throw new IllegalArgumentException("No image of " + dataset + " has an annotated page; factor probes need a"
                    + " folder a page with " + PageAnnotation.FILE + " in it");
        }
    }

    private void read(List<LabelledImage> batch) throws IOException, ImageRejectedException {
        List<RgbImage> pictures = new ArrayList<>();
        for (LabelledImage image : batch) {
            pictures.add(decoder.decode(image.content().read()));
        }
        List<Factors> found = probes.predict(pictures);
        for (int i = 0; i < found.size(); i++) {
            LabelledImage image = batch.get(i);
            predictions.computeIfAbsent(page(image), absent -> new TreeMap<>()).put(file(image), found.get(i));
        }
        real.addAll(found);
        batch.clear();
    }

    /**
     * Scores variations. Shots of pages that are not annotated, without mates, or with too few variations are left out.
     *
     * @param shots of the dataset
     * @param made for every shot its variations as image files
     * @param seed of choices and intervals
     * @throws IllegalArgumentException if fewer than two pages are left
     */
    public FactorScores score(List<LabelledImage> shots, List<List<byte[]>> made, long seed)
            throws IOException, ImageRejectedException {
        int images = made.stream().mapToInt(List::size).max().orElse(0);
        for (LabelledImage shot : shots) {
            int mates = mates(shot).size();
            images = mates > 0 ? Math.min(images, mates) : images;
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<String> pages = new ArrayList<>();
        List<Map<String, List<Factors>>> found = new ArrayList<>();
        List<Factors> told = new ArrayList<>();
        for (int i = 0; i < shots.size(); i++) {
            List<String> mates = mates(shots.get(i));
            if (images > 0 && mates.size() >= images && made.get(i).size() >= images) {
                pages.add(page(shots.get(i)));
                RgbImage source = decoder.decode(shots.get(i).content().read());
                if (sourceProbes != null) {
                    told.addAll(sourceProbes.predict(List.of(source)));
                }
                found.add(candidates(
                        page(shots.get(i)), source, mates, made.get(i).subList(0, images), random));
            }
        }
        if (pages.stream().distinct().count() < 2) {
            throw new IllegalArgumentException(
                    "Factor scores need shots of at least two annotated pages with two images"
                            + " or more and with variations; there are "
                            + pages.stream().distinct().count());
        }
        List<FactorScores.Source> sources = new ArrayList<>();
        for (int i = 0; i < pages.size(); i++) {
            // By lot: the next in order is often of the same class.
            int other = random.nextInt(pages.size());
            while (pages.get(other).equals(pages.get(i))) {
                other = random.nextInt(pages.size());
            }
            found.get(i).put(OTHERS, found.get(other).get(MATES));
            sources.add(new FactorScores.Source(annotations.get(pages.get(i)).page(), found.get(i)));
        }
        FactorScores scores = FactorScores.of(named(probes), probes.readings(), sources, MATES, real, seed);
        return sourceProbes == null
                ? scores
                : scores.with(
                        SourceReadings.of(named(sourceProbes), sourceProbes.readings(), scores, sources, told, seed));
    }

    private static FactorScores.Probes named(FactorProbes probes) {
        return new FactorScores.Probes(probes.encoderName(), probes.encoderDigest(), probes.trainedOn());
    }

    private Map<String, List<Factors>> candidates(
            String page, RgbImage source, List<String> mates, List<byte[]> files, SplittableRandom random)
            throws IOException, ImageRejectedException {
        List<RgbImage> pictures = new ArrayList<>();
        List<RgbImage> augmented = new ArrayList<>();
        for (byte[] file : files) {
            pictures.add(decoder.decode(file));
            augmented.add(Augmentations.of(source, random));
        }
        int images = files.size();
        List<String> chosen = Arrays.stream(Samples.withoutReplacement(mates.size(), images, random))
                .mapToObj(mates::get)
                .toList();
        Map<String, Factors> predicted = predictions.get(page);
        Map<String, List<Factors>> candidates = new LinkedHashMap<>();
        candidates.put(MATES, chosen.stream().map(predicted::get).toList());
        if (autoencoder != null) {
            candidates.put(AUTOENCODER, probes.predict(redrawn(page, chosen)));
        }
        candidates.put(VARIATIONS, probes.predict(pictures));
        candidates.put(
                COPIES,
                Collections.nCopies(images, probes.predict(List.of(source)).get(0)));
        candidates.put(CLASSICAL, probes.predict(augmented));
        return candidates;
    }

    private List<RgbImage> redrawn(String page, List<String> files) throws IOException, ImageRejectedException {
        List<RgbImage> pictures = new ArrayList<>();
        for (String file : files) {
            pictures.add(autoencoder.prepare(
                    decoder.decode(genuine.get(page + "/" + file).content().read())));
        }
        return autoencoder.redraw(pictures);
    }

    /** Files of the other images of a page, in their order. */
    private List<String> mates(LabelledImage shot) {
        List<String> files =
                new ArrayList<>(predictions.getOrDefault(page(shot), Map.of()).keySet());
        files.remove(file(shot));
        return files;
    }
}
