package dev.semantica.training.run;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.training.objective.DenoiserPerception;
import dev.semantica.training.objective.NoiseTimes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.codec.digest.DigestUtils;

/** Keys of a run's stages: their configuration, the seed, and all that came before. */
final class StageKeys {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DIGITS = 16;

    /** Settings that came later, and what they say where stages are what they were before: there they are left out. */
    private static final Map<JsonPointer, JsonNode> LATER = Map.of(
            JsonPointer.compile("/weights/half"), JSON.valueToTree(0.0),
            JsonPointer.compile("/weights/perception"), JSON.valueToTree(0.0),
            JsonPointer.compile("/weights/keep"), JSON.valueToTree(0.0),
            JsonPointer.compile("/model/refinementBlocks"), JSON.valueToTree(0),
            JsonPointer.compile("/colourless"), JSON.valueToTree(0.5),
            JsonPointer.compile("/decoderOnly"), JSON.valueToTree(false),
            JsonPointer.compile("/times"), JSON.valueToTree(NoiseTimes.UNIFORM),
            JsonPointer.compile("/perception"), JSON.valueToTree(DenoiserPerception.NONE));

    private static final String ENCODER = "the encoder before it";

    private final RunConfig config;
    private final Set<String> heldOut;

    /**
     * Of a run.
     *
     * @param heldOut names of pages that are left out
     */
    StageKeys(RunConfig config, Set<String> heldOut) {
        this.config = config;
        this.heldOut = new TreeSet<>(heldOut);
    }

    /**
     * Of the encoder, over pages of that digest.
     *
     * @param start digest of the encoder that it starts from; empty: none
     */
    StageKey encoder(String pages, String start) {
        return key("encoder", pages + start, Map.of("pages", pages, StageKey.START, start), config.encoder());
    }

    /**
     * Of the autoencoder, or of the decoder of one that is there already, over pages of that digest.
     *
     * @param start digest of the bundle that holds the one that is there; empty: none
     * @param encoder key of the encoder that looks at what was drawn; empty: none does
     */
    StageKey autoencoder(String pages, String start, String encoder) {
        return key(
                "autoencoder",
                pages + start + encoder,
                Map.of("pages", pages, StageKey.START, start, ENCODER, encoder),
                config.autoencoder());
    }

    /**
     * Of the denoiser, over what the keys before it name.
     *
     * @param start digest of the bundle that it starts from; empty: none
     */
    StageKey denoiser(String encoder, String autoencoder, String start) {
        return key(
                "denoiser",
                encoder + autoencoder + start,
                Map.of(ENCODER, encoder, "the autoencoder before it", autoencoder, StageKey.START, start),
                config.denoiser());
    }

    /** @param namedBefore what comes before it, by name; what is empty is not there */
    private StageKey key(String stage, String before, Map<String, String> namedBefore, Object part) {
        String left = heldOut.isEmpty() ? "" : heldOut.toString();
        ObjectNode node = JSON.valueToTree(part);
        // Known by its digest, not by its place.
        node.remove("start");
        LATER.forEach((place, unused) -> {
            if (node.at(place).equals(unused)) {
                ((ObjectNode) node.at(place.head())).remove(place.last().getMatchingProperty());
            }
        });
        ObjectNode training = (ObjectNode) node.get("training");
        training.remove(List.of("judgeEvery", "saveEvery"));
        String digest =
                DigestUtils.sha256Hex(before + config.seed() + config.data().validation() + node + left);
        SortedMap<String, String> settings = new TreeMap<>(namedBefore);
        settings.values().removeIf(String::isEmpty);
        settings.put("seed", Long.toString(config.seed()));
        settings.put("data.validation", Double.toString(config.data().validation()));
        settings.put(
                "data.heldOut",
                heldOut.size() + " pages"
                        + (left.isEmpty()
                                ? ""
                                : ", " + DigestUtils.sha256Hex(left).substring(0, DIGITS)));
        flatten(stage, node, settings);
        return new StageKey(stage + "-" + digest.substring(0, DIGITS), settings);
    }

    private static void flatten(String name, JsonNode node, SortedMap<String, String> settings) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(field -> flatten(name + "." + field.getKey(), field.getValue(), settings));
        } else {
            settings.put(name, node.isTextual() ? node.asText() : node.toString());
        }
    }
}
