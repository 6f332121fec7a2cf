package dev.semantica.pages.factor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * What is known of one image, as it lies beside the image in a shard: {@code PAGE.IMAGE.json} holds
 * {@code {"page":{...},"image":{...}}}.
 *
 * @param page what the page fixes
 * @param image what the image varies
 */
public record ImageAnnotation(Factors page, Factors image) {

    /**
     * Reads a shard's member.
     *
     * @param source what to call it in errors
     * @param json its bytes, at most {@value AnnotationJson#MOST_BYTES}
     * @throws AnnotationException if it is too large, no JSON, or not of this form
     */
    public static ImageAnnotation read(String source, byte[] json) throws AnnotationException {
        AnnotationJson reader = new AnnotationJson(source);
        JsonNode root = reader.parse(json);
        reader.refuseOthers(root, Set.of("page", "image"));
        return new ImageAnnotation(reader.factors(root, "page"), reader.factors(root, "image"));
    }

    /** The bytes of the shard's member. */
    public byte[] toJson() {
        ObjectNode root = AnnotationJson.object();
        root.set("page", AnnotationJson.of(page));
        root.set("image", AnnotationJson.of(image));
        return AnnotationJson.bytes(root);
    }
}
