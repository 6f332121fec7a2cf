package dev.semantica.streams;

/** Keys of the stores. Ids hold no control characters, so NUL separates without doubt. */
final class Keys {

    private static final char SEPARATOR = '\0';
    /** Sorts behind every key that begins with what stands before it. */
    private static final char LAST = '\uFFFF';

    private Keys() {}

    static String image(String requestId, String imageId) {
        return requestId + SEPARATOR + imageId;
    }

    static String requestOf(String imageKey) {
        return imageKey.substring(0, imageKey.indexOf(SEPARATOR));
    }

    static String imageOf(String imageKey) {
        return imageKey.substring(imageKey.indexOf(SEPARATOR) + 1);
    }

    /** A group of images that may share a batch. */
    static String group(String requestId, String bundle) {
        return requestId + SEPARATOR + (bundle == null ? "" : bundle);
    }

    static String pending(String group, long offset) {
        return group + SEPARATOR + hex(offset);
    }

    static String groupOf(String pendingKey) {
        return pendingKey.substring(0, pendingKey.lastIndexOf(SEPARATOR));
    }

    static long offsetOf(String pendingKey) {
        return Long.parseLong(pendingKey.substring(pendingKey.lastIndexOf(SEPARATOR) + 1), 16);
    }

    static String firstOf(String group) {
        return group + SEPARATOR;
    }

    static String lastOf(String group) {
        return group + SEPARATOR + LAST;
    }

    static String timer(long dueMillis, String imageKey) {
        return hex(dueMillis) + SEPARATOR + imageKey;
    }

    static String timersUntil(long millis) {
        return hex(millis) + SEPARATOR + LAST;
    }

    static long dueOfTimer(String timerKey) {
        return Long.parseLong(timerKey.substring(0, timerKey.indexOf(SEPARATOR)), 16);
    }

    static String imageOfTimer(String timerKey) {
        return timerKey.substring(timerKey.indexOf(SEPARATOR) + 1);
    }

    /** Sixteen digits, so that keys sort as their numbers. */
    private static String hex(long value) {
        return "%016x".formatted(value);
    }
}
