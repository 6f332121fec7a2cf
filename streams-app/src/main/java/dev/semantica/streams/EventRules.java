package dev.semantica.streams;

import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.SamplingOptions;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.utils.Utils;

/** What an image event must be. */
final class EventRules {

    static final int MAX_REQUEST_ID = 200;
    static final int MAX_IMAGE_ID = 500;

    private static final int MAX_STEPS = 1000;
    private static final double MAX_GUIDANCE = 1000;
    private static final int MAX_ATTEMPTS = 16;
    private static final int MAX_LABEL = 1000;
    private static final int MAX_EXTRAS = 16 * 1024;
    /** What an attribute or a header takes beside its characters. */
    private static final int EXTRA = 8;

    private static final int MAX_MEDIA_TYPE = 255;
    private static final int MAX_URI = 4096;
    private static final int MAX_REASON = 1000;
    private static final int MAX_QUOTE = 100;
    private static final Set<String> SCHEDULERS = Set.of("ddim", "ddpm", "euler", "dpmpp-2m");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern BUNDLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private EventRules() {}

    /** Whether ids can name anything; without them there is nothing to report a failure for. */
    static void requireIds(String requestId, String imageId) {
        requireId("requestId", requestId, MAX_REQUEST_ID);
        requireId("imageId", imageId, MAX_IMAGE_ID);
    }

    static void requireId(String field, String id, int longest) {
        if (id == null || id.isBlank() || id.length() > longest || id.chars().anyMatch(Character::isISOControl)) {
            throw new UnprocessableRecordException(field + " must have 1 to " + longest
                    + " characters, none of them a control character, and not be blank");
        }
    }

    /** Everything that is wrong with an event whose ids are right. */
    static List<String> check(ImageEvent event, Headers headers, StreamsAppConfig.Limits limits) {
        List<String> problems = new ArrayList<>();
        checkOptions(event.getOptions(), limits, problems);
        if (event.getRequestImages() != null && event.getRequestImages() < 1) {
            problems.add("requestImages must be at least 1, but is " + event.getRequestImages());
        }
        if (event.getImage() instanceof InlineImage image) {
            int size = image.getData().remaining();
            if (size == 0) {
                problems.add("the image is empty: 0 bytes");
            } else if (size > limits.maxImageBytes()) {
                problems.add("the image has " + size + " bytes, at most " + limits.maxImageBytes() + " are allowed");
            }
            checkMediaType(image.getMediaType(), problems);
        } else if (event.getImage() instanceof ImageReference reference) {
            checkReference(reference, problems);
        }
        if (event.getLabel() != null && event.getLabel().length() > MAX_LABEL) {
            problems.add("label must have at most " + MAX_LABEL + " characters");
        }
        long extras = 0;
        for (var attribute : event.getAttributes().entrySet()) {
            extras += EXTRA + utf8(attribute.getKey()) + utf8(attribute.getValue());
        }
        for (Header header : headers) {
            extras += EXTRA + utf8(header.key()) + (header.value() == null ? 0L : header.value().length);
        }
        if (extras > MAX_EXTRAS) {
            problems.add("attributes and record headers must have at most " + MAX_EXTRAS + " bytes, " + EXTRA
                    + " for each among them, but have " + extras);
        }
        return problems;
    }

    private static void checkOptions(SamplingOptions options, StreamsAppConfig.Limits limits, List<String> problems) {
        if (!isCount(options, limits)) {
            problems.add("count must be from 1 to " + limits.maxCount() + ", but is " + options.getCount());
        }
        if (options.getFirstIndex() < 0 || options.getFirstIndex() > Integer.MAX_VALUE - limits.maxCount()) {
            problems.add(
                    "firstIndex must not be negative or near the largest integer, but is " + options.getFirstIndex());
        }
        Integer steps = options.getSteps();
        if (steps != null && (steps < 1 || steps > MAX_STEPS)) {
            problems.add("steps must be from 1 to " + MAX_STEPS + ", but is " + steps);
        }
        Double guidance = options.getGuidanceScale();
        if (guidance != null && !(guidance >= 0 && guidance <= MAX_GUIDANCE)) {
            problems.add("guidanceScale must be from 0 to " + MAX_GUIDANCE + ", but is " + guidance);
        }
        double from = options.getGuidanceFrom() == null ? 0 : options.getGuidanceFrom();
        double to = options.getGuidanceTo() == null ? 1 : options.getGuidanceTo();
        if (!(from >= 0 && from <= to && to <= 1)) {
            problems.add("guidanceFrom and guidanceTo must lie within 0 to 1, in this order, but are " + from + " and "
                    + to);
        }
        Double rescale = options.getGuidanceRescale();
        if (rescale != null && !(rescale >= 0 && rescale <= 1)) {
            problems.add("guidanceRescale must be from 0 to 1, but is " + rescale);
        }
        Double strength = options.getStrength();
        if (strength != null && !(strength > 0 && strength <= 1)) {
            problems.add("strength must be greater than 0 and at most 1, but is " + strength);
        }
        Integer attempts = options.getAttempts();
        if (attempts != null && (attempts < 1 || attempts > MAX_ATTEMPTS)) {
            problems.add("attempts must be from 1 to " + MAX_ATTEMPTS + ", but is " + attempts);
        }
        if (options.getScheduler() != null && !SCHEDULERS.contains(options.getScheduler())) {
            problems.add("scheduler must be ddim, ddpm, euler or dpmpp-2m, but is " + quote(options.getScheduler()));
        }
        if (options.getBundle() != null && !BUNDLE.matcher(options.getBundle()).matches()) {
            problems.add("bundle must be 1 to 100 letters, digits, '.', '_' and '-'");
        }
    }

    /** How many variations a refused event accounts for. */
    static int accountable(SamplingOptions options, StreamsAppConfig.Limits limits) {
        return isCount(options, limits) ? options.getCount() : 1;
    }

    private static boolean isCount(SamplingOptions options, StreamsAppConfig.Limits limits) {
        return options.getCount() >= 1 && options.getCount() <= limits.maxCount();
    }

    private static void checkReference(ImageReference reference, List<String> problems) {
        if (!DIGEST.matcher(reference.getSha256()).matches()) {
            problems.add("the reference's sha256 must be 64 lower-case hexadecimal digits");
        }
        checkMediaType(reference.getMediaType(), problems);
        if (reference.getUri().length() > MAX_URI) {
            problems.add("the reference's uri must have at most " + MAX_URI + " characters, but is "
                    + quote(reference.getUri()));
            return;
        }
        try {
            if (!new URI(reference.getUri()).isAbsolute()) {
                problems.add("the reference's uri must be absolute, but is " + quote(reference.getUri()));
            }
        } catch (URISyntaxException e) {
            problems.add("the reference's uri " + quote(reference.getUri()) + " is none: " + e.getReason());
        }
    }

    private static void checkMediaType(String mediaType, List<String> problems) {
        if (mediaType != null && mediaType.length() > MAX_MEDIA_TYPE) {
            problems.add("the image's mediaType must have at most " + MAX_MEDIA_TYPE + " characters, but is "
                    + quote(mediaType));
        }
    }

    /** Whether the reason of a control fits into every status of its request. */
    static void requireReason(String reason) {
        if (reason != null && reason.length() > MAX_REASON) {
            throw new UnprocessableRecordException(
                    "reason must have at most " + MAX_REASON + " characters, but has " + reason.length());
        }
    }

    /** An input for a message: its beginning, and how long it is where that is not all. */
    static String quote(String input) {
        return input.length() <= MAX_QUOTE
                ? "'" + input + "'"
                : "'" + input.substring(0, MAX_QUOTE) + "…' of " + input.length() + " characters";
    }

    /** Bytes that a text takes in a record, counted without making them. */
    static long utf8(CharSequence text) {
        return text == null ? 0 : Utils.utf8Length(text);
    }
}
