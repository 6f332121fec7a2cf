package dev.semantica.store;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * A page of the files whose paths begin with a prefix, in the order in which S3 lists keys. Holds at most a page's
 * entries of each folder on the way, however many there are.
 */
final class FileListing {

    /** An entry of a folder; a folder's path ends with a slash, which is what puts it in its place among the files. */
    private record Entry(String path, BasicFileAttributes attributes) {}

    private static final Comparator<Entry> ORDER = (a, b) -> ObjectUris.compare(a.path, b.path);

    private final String prefix;
    private final String after;
    /** One more than the page holds, to see whether anything follows. */
    private final int wanted;

    private final List<StoredObject> found = new ArrayList<>();

    private FileListing(String prefix, String after, int wanted) {
        this.prefix = prefix;
        this.after = after;
        this.wanted = wanted;
    }

    static ObjectPage page(String prefix, String after, int limit) throws IOException {
        if (limit < 1 || limit > ObjectStore.MAX_PAGE) {
            throw new IllegalArgumentException("limit: expected 1 to " + ObjectStore.MAX_PAGE + ", found " + limit);
        }
        FileListing listing = new FileListing(prefix, after, limit + 1);
        listing.walk(prefix.substring(0, prefix.lastIndexOf('/') + 1));
        boolean more = listing.found.size() > limit;
        return new ObjectPage(more ? listing.found.subList(0, limit) : listing.found, more);
    }

    private void walk(String folder) throws IOException {
        // A folder may hold less than it promises, so entries are taken in portions until the page is full.
        String from = after;
        boolean resuming = true;
        List<Entry> portion;
        do {
            portion = next(folder, from, resuming);
            for (Entry entry : portion) {
                if (found.size() >= wanted) {
                    return;
                }
                if (entry.attributes.isDirectory()) {
                    walk(entry.path);
                } else {
                    found.add(FileObjectStore.describe(ObjectUris.of("file", null, entry.path), entry.attributes));
                }
                from = entry.path;
            }
            resuming = false;
        } while (portion.size() == wanted && found.size() < wanted);
    }

    /**
     * The first entries of a folder that hold, or may hold, files after a path.
     *
     * @param resuming whether the path is where the listing resumes, which may be below one of the entries
     */
    private List<Entry> next(String folder, String from, boolean resuming) throws IOException {
        PriorityQueue<Entry> first = new PriorityQueue<>(ORDER.reversed());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of(folder))) {
            for (Path path : entries) {
                String name = folder + path.getFileName();
                if (FileObjectStore.isUnfinished(path.getFileName().toString()) || !mayMatch(name)) {
                    continue;
                }
                Entry entry = describe(path, name);
                if (entry != null && matches(entry, from, resuming)) {
                    first.add(entry);
                    if (first.size() > wanted) {
                        first.poll();
                    }
                }
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            return List.of();
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        List<Entry> portion = new ArrayList<>(first);
        portion.sort(ORDER);
        return portion;
    }

    /** Without asking the file system what it is. */
    private boolean mayMatch(String name) {
        return name.startsWith(prefix) || prefix.startsWith(name + "/");
    }

    private boolean matches(Entry entry, String from, boolean resuming) {
        boolean follows = ObjectUris.compare(entry.path, from) > 0;
        if (entry.attributes.isDirectory()) {
            return follows || (resuming && from.startsWith(entry.path));
        }
        return entry.attributes.isRegularFile() && entry.path.startsWith(prefix) && follows;
    }

    /** Null where it is gone already. */
    private static Entry describe(Path path, String name) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return new Entry(attributes.isDirectory() ? name + "/" : name, attributes);
        } catch (NoSuchFileException e) {
            return null;
        }
    }
}
