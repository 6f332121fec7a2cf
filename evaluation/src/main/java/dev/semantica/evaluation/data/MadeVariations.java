package dev.semantica.evaluation.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/** Variations that were made earlier, each with the image of a set that it was made of. */
public final class MadeVariations {

    private static final int SHOWN = 5;

    /** By id of the source and index. */
    private final Map<String, SortedMap<Integer, LabelledImage.Content>> bySource = new TreeMap<>();

    private final SortedSet<String> strangers = new TreeSet<>();

    private MadeVariations() {}

    /**
     * Lists the variations in a folder or in shards by their metadata, as {@code semantica augment} and the dataset sinks
     * write it: {@code source}, {@code index} and, if there, {@code source_sha256}. Images without are no variations.
     *
     * @throws IOException if it cannot be listed or holds none
     */
    public static List<MadeVariation> in(Path place) throws IOException {
        List<MadeVariation> made = new ArrayList<>();
        for (ImageScan.Found found : ImageScan.of(place)) {
            JsonNode source = found.metadata().path("source");
            if (source.isTextual() && !source.asText().isEmpty()) {
                made.add(new MadeVariation(
                        source.asText(),
                        found.metadata().path("source_sha256").asText(""),
                        found.metadata().path("index").asInt(0),
                        found.content()));
            }
        }
        if (made.isEmpty()) {
            throw new IOException(place + " holds no image whose metadata names its source; name a folder that"
                    + " 'semantica augment' or a dataset sink wrote, with its metadata.jsonl or .json members");
        }
        return made;
    }

    /**
     * Finds the sources of variations in a set: by digest where it is known, else by name.
     *
     * @throws IOException if an image cannot be read, or the set holds not one of the sources
     */
    public static MadeVariations of(List<MadeVariation> made, List<LabelledImage> images) throws IOException {
        Map<String, LabelledImage> byId = new HashMap<>();
        images.forEach(image -> byId.put(image.id(), image));
        Map<String, String> digests = new HashMap<>();
        Map<String, String> idByDigest = null;
        MadeVariations matched = new MadeVariations();
        for (MadeVariation variation : made) {
            String digest = variation.sourceDigest();
            LabelledImage named = byId.get(variation.source());
            String id = null;
            if (named != null && (digest.isEmpty() || digestOf(named, digests).equals(digest))) {
                id = named.id();
            } else if (!digest.isEmpty()) {
                if (idByDigest == null) {
                    idByDigest = new HashMap<>();
                    for (LabelledImage image : images) {
                        idByDigest.putIfAbsent(digestOf(image, digests), image.id());
                    }
                }
                id = idByDigest.get(digest);
            }
            if (id == null) {
                matched.strangers.add(variation.source());
            } else {
                matched.bySource
                        .computeIfAbsent(id, absent -> new TreeMap<>())
                        .putIfAbsent(variation.index(), variation.content());
            }
        }
        if (matched.bySource.isEmpty()) {
            throw new IOException("Of " + matched.strangers.size()
                    + " sources of the variations the dataset holds none," + " neither by name nor by digest: "
                    + matched.someStrangers() + "; name the dataset that they were made of");
        }
        return matched;
    }

    private static String digestOf(LabelledImage image, Map<String, String> digests) throws IOException {
        String known = digests.get(image.id());
        if (known == null) {
            known = DigestUtils.sha256Hex(image.content().read());
            digests.put(image.id(), known);
        }
        return known;
    }

    /** Whether there are variations of an image. */
    public boolean has(LabelledImage image) {
        return bySource.containsKey(image.id());
    }

    /** The number of images with variations. */
    public int sources() {
        return bySource.size();
    }

    /** Names of sources that the set does not hold; their variations are left out. */
    public SortedSet<String> strangers() {
        return strangers;
    }

    /** Some of these names, to show. */
    public String someStrangers() {
        return strangers.stream().limit(SHOWN).toList() + (strangers.size() > SHOWN ? " and more" : "");
    }

    /** The files of the first variations of an image, by index, no more than that many. */
    public List<byte[]> of(LabelledImage image, int most) throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (LabelledImage.Content content :
                bySource.getOrDefault(image.id(), new TreeMap<>()).values()) {
            if (files.size() < most) {
                files.add(content.read());
            }
        }
        return files;
    }
}
