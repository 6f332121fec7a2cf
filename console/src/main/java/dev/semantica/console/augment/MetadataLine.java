package dev.semantica.console.augment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.Variation;

/** One line of {@code metadata.jsonl}, as Hugging Face's ImageFolder reads it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MetadataLine(
        @JsonProperty("file_name") String fileName,
        @JsonProperty("source") String source,
        @JsonProperty("label") String label,
        @JsonProperty("index") int index,
        @JsonProperty("seed") long seed,
        @JsonProperty("bundle") String bundle,
        @JsonProperty("bundle_sha256") String bundleDigest,
        @JsonProperty("scheduler") String scheduler,
        @JsonProperty("steps") int steps,
        @JsonProperty("guidance_scale") double guidanceScale,
        @JsonProperty("guidance_from") Double guidanceFrom,
        @JsonProperty("guidance_to") Double guidanceTo,
        @JsonProperty("guidance_rescale") Double guidanceRescale,
        @JsonProperty("strength") Double strength,
        @JsonProperty("attempt") Integer attempt,
        @JsonProperty("source_sha256") String sourceDigest,
        @JsonProperty("engine") String engine,
        @JsonProperty("similarity") Double similarity,
        @JsonProperty("agreement") Double agreement,
        @JsonProperty("width") int width,
        @JsonProperty("height") int height) {

    static MetadataLine of(String fileName, Variation variation) {
        Provenance made = variation.getProvenance();
        return new MetadataLine(
                fileName,
                variation.getImageId(),
                variation.getLabel(),
                variation.getIndex(),
                made.getSeed(),
                made.getBundle(),
                made.getBundleDigest(),
                made.getScheduler(),
                made.getSteps(),
                made.getGuidanceScale(),
                made.getGuidanceFrom(),
                made.getGuidanceTo(),
                made.getGuidanceRescale(),
                made.getStrength(),
                made.getAttempt(),
                made.getSourceDigest(),
                made.getEngine(),
                variation.getSimilarity(),
                variation.getAgreement(),
                variation.getWidth(),
                variation.getHeight());
    }
}
