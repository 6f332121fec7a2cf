package dev.semantica.store;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** The URIs of objects and of folders of objects. */
public final class ObjectUris {

    /** RFC 3986: unreserved characters, sub-delimiters, and what else may stand in a path. */
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/";

    private ObjectUris() {}

    /**
     * The URI of a name below a folder, percent-encoded where needed.
     *
     * @param folder the URI of a folder, with or without {@code /} at its end
     * @param name one or more segments with {@code /} between them, not encoded
     * @throws IllegalArgumentException if the name has an empty, {@code .} or {@code ..} segment
     */
    public static URI child(URI folder, String name) {
        if (!wellFormed(name)) {
            throw new IllegalArgumentException(
                    "The name of an object needs segments that are neither empty nor . nor ..;" + " found \"" + name
                            + "\"");
        }
        String path = folder.getPath() == null || folder.getPath().isEmpty() ? "/" : folder.getPath();
        return of(folder.getScheme(), folder.getAuthority(), path.endsWith("/") ? path + name : path + "/" + name);
    }

    /**
     * Whether an object lies below a folder. Names are compared, nothing is resolved.
     *
     * @param folder with or without {@code /} at its end
     */
    public static boolean below(URI folder, URI object) {
        if (!folder.getScheme().equalsIgnoreCase(object.getScheme())
                || !authority(folder).equalsIgnoreCase(authority(object))
                || object.getPath() == null) {
            return false;
        }
        String path = folder.getPath() == null || folder.getPath().isEmpty() ? "/" : folder.getPath();
        return object.getPath().startsWith(path.endsWith("/") ? path : path + "/");
    }

    /** Encodes every byte that is not plain in a path; a name is never normalised, for that would make it another one. */
    static URI of(String scheme, String authority, String path) {
        StringBuilder encoded = new StringBuilder(scheme).append("://").append(authority == null ? "" : authority);
        for (byte octet : path.getBytes(StandardCharsets.UTF_8)) {
            if (octet > 0 && PLAIN.indexOf(octet) >= 0) {
                encoded.append((char) octet);
            } else {
                encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return URI.create(encoded.toString());
    }

    /** Whether a name has no empty, {@code .} or {@code ..} segment and no control character. */
    static boolean wellFormed(String name) {
        return Arrays.stream(name.split("/", -1))
                        .noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."))
                && name.chars().noneMatch(Character::isISOControl);
    }

    /** The order of S3's listings. */
    static int compare(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }

    private static String authority(URI uri) {
        return uri.getAuthority() == null ? "" : uri.getAuthority();
    }
}
