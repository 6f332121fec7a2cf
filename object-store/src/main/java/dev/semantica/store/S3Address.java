package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Where an object lies in S3.
 *
 * @param bucket the bucket's name
 * @param key the object's key, not encoded; of a prefix also empty or ending with {@code /}
 */
record S3Address(String bucket, String key) {

    /** Names that can be a part of a host's name, and of nothing else. */
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9](?:[a-z0-9-]|\\.(?!\\.)){1,61}[a-z0-9]");

    private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");
    private static final int MAX_KEY_BYTES = 1024;

    static S3Address ofObject(URI uri) throws ObjectStoreException {
        S3Address address = of(uri);
        if (!ObjectUris.wellFormed(address.key)) {
            throw invalid(uri, "a key needs segments that are neither empty nor . nor ..");
        }
        return address;
    }

    static S3Address ofPrefix(URI uri) throws ObjectStoreException {
        S3Address address = of(uri);
        String key = address.key;
        String whole = key.endsWith("/") ? key.substring(0, key.length() - 1) : key;
        if (!key.isEmpty() && !ObjectUris.wellFormed(whole)) {
            throw invalid(uri, "a prefix needs segments that are neither empty nor . nor ..");
        }
        return address;
    }

    URI uri() {
        return ObjectUris.of("s3", bucket, "/" + key);
    }

    private static S3Address of(URI uri) throws ObjectStoreException {
        String bucket = uri.getAuthority();
        if (!"s3".equalsIgnoreCase(uri.getScheme()) || uri.getQuery() != null || uri.getFragment() != null) {
            throw invalid(uri, "it must be s3://BUCKET/KEY without query and fragment");
        }
        if (bucket == null
                || !BUCKET.matcher(bucket).matches()
                || IP_ADDRESS.matcher(bucket).matches()) {
            throw invalid(uri, "a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens");
        }
        String path = uri.getPath();
        String key = path.isEmpty() ? "" : path.substring(1);
        if (key.getBytes(StandardCharsets.UTF_8).length > MAX_KEY_BYTES) {
            throw invalid(uri, "a key has at most " + MAX_KEY_BYTES + " bytes");
        }
        return new S3Address(bucket, key);
    }

    private static ObjectStoreException invalid(URI uri, String rule) {
        return new ObjectStoreException(Reason.INVALID, uri + " is no address in S3: " + rule);
    }
}
