package dev.semantica.connectors.source;

import dev.semantica.connectors.source.ImageSourceConfig.ImageId;
import dev.semantica.connectors.source.ImageSourceConfig.Request;
import dev.semantica.connectors.source.ImageSourceConfig.RequestScope;
import dev.semantica.connectors.source.ImageSourceConfig.Sampling;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.SamplingOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * Makes image events of files.
 *
 * @param request which request they belong to
 * @param sampling what is wanted of them
 * @param inlineBytes larger files go by reference
 */
record ImageEvents(Request request, Sampling sampling, int inlineBytes) {

    private static final int MAX_REQUEST_ID = 200;
    private static final int MAX_IMAGE_ID = 500;
    private static final int MAX_LABEL = 1000;
    private static final int MAX_ATTRIBUTES = 8 * 1024;
    private static final int DIGEST_DIGITS = 12;

    /** An image event that would be refused downstream, and why. */
    static final class BadFileException extends Exception {
        BadFileException(String message) {
            super(message);
        }
    }

    /**
     * The event of a file.
     *
     * @throws BadFileException if it is no image, or if its names are not allowed
     */
    ImageEvent of(String name, byte[] bytes, String sha256, URI uri, Label label) throws BadFileException {
        String mediaType = ImageKind.of(bytes)
                .orElseThrow(() -> new BadFileException(
                        bytes.length == 0
                                ? "it is empty"
                                : "it is neither JPEG, PNG, WebP, GIF, BMP nor TIFF: look at its first bytes"))
                .mediaType();
        String imageId = request.imageId() == ImageId.PATH ? name : name + "#" + sha256.substring(0, DIGEST_DIGITS);
        String requestId = request.scope() == RequestScope.CONNECTOR
                ? request.id()
                : request.id()
                        + Labels.folderOf(name).map(folder -> "/" + folder).orElse("");
        check("The request id", requestId, MAX_REQUEST_ID);
        check("The image id", imageId, MAX_IMAGE_ID);
        if (label.label() != null) {
            check("The label", label.label(), MAX_LABEL);
        }
        return ImageEvent.newBuilder()
                .setRequestId(requestId)
                .setImageId(imageId)
                .setRequestImages(request.scope() == RequestScope.CONNECTOR ? request.images() : null)
                .setImage(
                        bytes.length <= inlineBytes
                                ? new InlineImage(ByteBuffer.wrap(bytes), mediaType)
                                : new ImageReference(uri.toString(), sha256, (long) bytes.length, mediaType))
                .setOptions(SamplingOptions.newBuilder()
                        .setCount(sampling.count())
                        .setSeed(sampling.seed() == null ? null : seed(sampling.seed(), imageId))
                        .setGuidanceScale(sampling.guidanceScale())
                        .setSteps(sampling.steps())
                        .setScheduler(sampling.scheduler())
                        .setBundle(sampling.bundle())
                        .build())
                .setPriority(sampling.priority())
                .setLabel(label.label())
                .setAttributes(attributes(name, label))
                .build();
    }

    private static void check(String what, String text, int longest) throws BadFileException {
        if (text.isBlank() || text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
            throw new BadFileException(what + " must have 1 to " + longest
                    + " characters, none of them a control character, and not be blank, but is '" + text + "'");
        }
    }

    private static Map<String, String> attributes(String name, Label label) throws BadFileException {
        Map<String, String> attributes = new HashMap<>(label.attributes());
        attributes.put("path", name);
        int size = attributes.entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        if (size > MAX_ATTRIBUTES) {
            throw new BadFileException("its attributes in the manifest must have at most " + MAX_ATTRIBUTES
                    + " characters, but have " + size);
        }
        return attributes;
    }

    /**
     * The first 53 bits of SHA-256 over the seed (8 bytes, big-endian) and the image id (UTF-8): readers whose numbers are
     * doubles read them exactly.
     */
    static long seed(long seed, String imageId) {
        MessageDigest digest = DigestUtils.getSha256Digest();
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
        digest.update(imageId.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.wrap(digest.digest()).getLong() >>> (Long.SIZE - 53);
    }
}
