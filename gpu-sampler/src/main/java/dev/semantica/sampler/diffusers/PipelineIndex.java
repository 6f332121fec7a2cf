package dev.semantica.sampler.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * model_index.json: which parts a pipeline has.
 *
 * @param pipeline the pipeline's class
 * @param version of diffusers that wrote it; empty: not said
 * @param parts class of each part that is there
 */
record PipelineIndex(String pipeline, String version, Map<String, String> parts) {

    private static final Set<String> USED =
            Set.of("unet", "vae", "vae_decoder", "vae_encoder", "scheduler", "image_encoder", "feature_extractor");
    /** Parts that do not change a variation. */
    private static final Set<String> LEFT_OUT = Set.of("safety_checker", "watermark");

    /** Reads it; every part that cannot be used is a problem. */
    static PipelineIndex read(ConfigFile config, List<String> notes, List<String> problems) {
        Map<String, String> parts = new TreeMap<>();
        for (String key : config.keysInUse()) {
            JsonNode value = config.any(key).orElseThrow();
            if (key.startsWith("_") || !value.isArray() || value.path(1).isNull()) {
                continue;
            }
            String type = value.path(1).asText();
            if (USED.contains(key)) {
                parts.put(key, type);
            } else if (LEFT_OUT.contains(key)) {
                notes.add(key + " (" + type + ") is not part of a bundle and is left out; check pictures downstream");
            } else {
                problems.add(config.name() + ": the pipeline has a part '" + key + "' (" + type
                        + ") that is unsupported; only pipelines that vary an image by its embedding alone are read");
            }
        }
        for (String key : List.of("unet", "scheduler", "image_encoder", "feature_extractor")) {
            if (!parts.containsKey(key)) {
                problems.add(config.name() + ": expected a part '" + key + "', found " + parts.keySet());
            }
        }
        return new PipelineIndex(
                config.text("_class_name").orElse("unnamed pipeline"),
                config.text("_diffusers_version").orElse(""),
                parts);
    }

    boolean hasAutoencoder() {
        return parts.containsKey("vae") || parts.containsKey("vae_decoder");
    }
}
