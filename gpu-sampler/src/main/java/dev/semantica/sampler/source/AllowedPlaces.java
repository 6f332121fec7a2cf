package dev.semantica.sampler.source;

import dev.semantica.store.ObjectUris;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Where references may point: folders, and what lies below a prefix of S3 or of a web server. */
final class AllowedPlaces {

    private static final Set<String> SCHEMES = Set.of("file", "s3", "http", "https");

    private final List<Path> folders = new ArrayList<>();
    private final List<URI> prefixes = new ArrayList<>();

    /** @throws IllegalArgumentException with everything that is wrong */
    AllowedPlaces(List<String> places) {
        List<String> problems = new ArrayList<>();
        for (String place : places) {
            try {
                add(place);
            } catch (IllegalArgumentException e) {
                problems.add("reference.allowed: " + place + " " + e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    private void add(String place) {
        URI uri = parse(place);
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException("must be a file:, s3:, https: or http: URI");
        }
        if (scheme.equals("file")) {
            folders.add(folder(uri));
            return;
        }
        if (uri.getAuthority() == null
                || uri.getRawUserInfo() != null
                || uri.getQuery() != null
                || uri.getFragment() != null) {
            throw new IllegalArgumentException("must be " + scheme + "://" + (scheme.equals("s3") ? "BUCKET" : "HOST")
                    + "/PREFIX without user, query and fragment");
        }
        prefixes.add(uri);
    }

    private static URI parse(String place) {
        try {
            return URI.create(place);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is no URI", e);
        }
    }

    private static Path folder(URI uri) {
        try {
            Path folder = Path.of(uri).toRealPath();
            if (Files.isDirectory(folder)) {
                return folder;
            }
        } catch (IOException | FileSystemNotFoundException | IllegalArgumentException e) {
            throw new IllegalArgumentException("is not an existing folder that can be read", e);
        }
        throw new IllegalArgumentException("is no folder");
    }

    boolean allowsFile(Path file) {
        return folders.stream().anyMatch(file::startsWith);
    }

    /** Compares names; a path with segments that lead elsewhere is nowhere below. */
    boolean allows(URI uri) {
        return plain(uri) && prefixes.stream().anyMatch(prefix -> ObjectUris.below(prefix, uri));
    }

    /** Neither {@code ..} nor an encoded slash, whatever a server would make of them. */
    private static boolean plain(URI uri) {
        String raw = uri.getRawPath() == null ? "" : uri.getRawPath().toLowerCase(Locale.ROOT);
        return uri.getRawUserInfo() == null
                && !raw.contains("%2f")
                && !raw.contains("%5c")
                && !raw.contains("\\")
                && Arrays.stream(raw.isEmpty() ? new String[0] : uri.getPath().split("/"))
                        .noneMatch(segment -> segment.equals("..") || segment.equals("."));
    }
}
