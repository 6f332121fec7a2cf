package dev.semantica.connectors.dataset;

import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.Variation;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What a dataset says of an image beside its bytes; the names are those of {@code semantica augment}'s metadata.
 *
 * @param name its name
 * @param type its type
 * @param value takes it from a variation; null where there is none
 */
record Column(String name, Type type, Function<Variation, Object> value) {

    /** Types of columns, with the names that Hugging Face's features have for them. */
    enum Type {
        STRING("string"),
        INT("int32"),
        LONG("int64"),
        DOUBLE("float64"),
        TIMESTAMP("timestamp[ms, tz=UTC]"),
        /** Strings by name; a JSON object as text where there are no maps. */
        ATTRIBUTES("string");

        private final String feature;

        Type(String feature) {
            this.feature = feature;
        }

        String feature() {
            return feature;
        }
    }

    /** All columns beside the image, in order. */
    static final List<Column> ALL = List.of(
            new Column("label", Type.STRING, Variation::getLabel),
            new Column("request", Type.STRING, Variation::getRequestId),
            new Column("source", Type.STRING, Variation::getImageId),
            new Column("index", Type.INT, Variation::getIndex),
            made("seed", Type.LONG, Provenance::getSeed),
            made("bundle", Type.STRING, Provenance::getBundle),
            made("bundle_sha256", Type.STRING, Provenance::getBundleDigest),
            made("scheduler", Type.STRING, Provenance::getScheduler),
            made("steps", Type.INT, Provenance::getSteps),
            made("guidance_scale", Type.DOUBLE, Provenance::getGuidanceScale),
            made("source_sha256", Type.STRING, Provenance::getSourceDigest),
            made("engine", Type.STRING, Provenance::getEngine),
            made("digital_source_type", Type.STRING, Provenance::getDigitalSourceType),
            new Column("similarity", Type.DOUBLE, Variation::getSimilarity),
            new Column("agreement", Type.DOUBLE, Variation::getAgreement),
            new Column("width", Type.INT, Variation::getWidth),
            new Column("height", Type.INT, Variation::getHeight),
            new Column("created_at", Type.TIMESTAMP, Variation::getCreatedAt),
            new Column("attributes", Type.ATTRIBUTES, variation -> new TreeMap<>(variation.getAttributes())));

    private static Column made(String name, Type type, Function<Provenance, Object> value) {
        return new Column(name, type, variation -> value.apply(variation.getProvenance()));
    }
}
