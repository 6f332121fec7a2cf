package dev.semantica.sampler.worker;

import dev.semantica.schemas.Provenance;
import java.util.LinkedHashMap;
import java.util.Map;

/** Provenance as the metadata entries of an image file. */
public final class ProvenanceEntries {

    private ProvenanceEntries() {}

    /** The entries of a variation's file, in order. */
    static Map<String, String> write(String requestId, String imageId, Provenance provenance) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("request", requestId);
        entries.put("image", imageId);
        entries.put("seed", Long.toString(provenance.getSeed()));
        entries.put("index", Integer.toString(provenance.getIndex()));
        entries.put("bundle", provenance.getBundle());
        entries.put("bundle.sha256", provenance.getBundleDigest());
        entries.put("scheduler", provenance.getScheduler());
        entries.put("steps", Integer.toString(provenance.getSteps()));
        entries.put("guidance", Double.toString(provenance.getGuidanceScale()));
        put(entries, "guidance.from", provenance.getGuidanceFrom());
        put(entries, "guidance.to", provenance.getGuidanceTo());
        put(entries, "guidance.rescale", provenance.getGuidanceRescale());
        put(entries, "strength", provenance.getStrength());
        put(entries, "attempt", provenance.getAttempt());
        entries.put("source.sha256", provenance.getSourceDigest());
        entries.put("engine", provenance.getEngine());
        return entries;
    }

    /** The image id in a variation's entries. */
    public static String imageId(Map<String, String> entries) {
        return required(entries, "image");
    }

    /**
     * Reads provenance back.
     *
     * @throws IllegalArgumentException if an entry is missing or no number
     */
    public static Provenance read(Map<String, String> entries) {
        return Provenance.newBuilder()
                .setSeed(Long.parseLong(required(entries, "seed")))
                .setIndex(Integer.parseInt(required(entries, "index")))
                .setBundle(required(entries, "bundle"))
                .setBundleDigest(required(entries, "bundle.sha256"))
                .setScheduler(required(entries, "scheduler"))
                .setSteps(Integer.parseInt(required(entries, "steps")))
                .setGuidanceScale(Double.parseDouble(required(entries, "guidance")))
                .setGuidanceFrom(optional(entries, "guidance.from"))
                .setGuidanceTo(optional(entries, "guidance.to"))
                .setGuidanceRescale(optional(entries, "guidance.rescale"))
                .setStrength(optional(entries, "strength"))
                .setAttempt(entries.containsKey("attempt") ? Integer.valueOf(entries.get("attempt")) : null)
                .setSourceDigest(required(entries, "source.sha256"))
                .setEngine(required(entries, "engine"))
                .build();
    }

    private static void put(Map<String, String> entries, String key, Number value) {
        if (value != null) {
            entries.put(key, value.toString());
        }
    }

    private static Double optional(Map<String, String> entries, String key) {
        String value = entries.get(key);
        return value == null ? null : Double.valueOf(value);
    }

    private static String required(Map<String, String> entries, String key) {
        String value = entries.get(key);
        if (value == null) {
            throw new IllegalArgumentException("The file carries no entry semantica:" + key
                    + "; it was not written by Semantica, or its metadata was removed");
        }
        return value;
    }
}
