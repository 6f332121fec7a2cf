package dev.semantica.connectors.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * Which images were sent, by the content of their files. A content is sent as often as there were files that held it at
 * the same time: a file that was renamed or moved is the same image, a copy beside the original is another one. What was
 * sent before a restart stands in the source offsets, one for each content and copy.
 */
final class SentImages {

    /** Connect compares source partitions as JSON text, where the order of fields counts: ours have one field. */
    static final String IMAGE = "image";

    static final String FILE = "file";
    static final String NAME = "name";
    static final String SIZE = "size";

    private final OffsetStorageReader offsets;
    private final Map<String, List<String>> copies = new HashMap<>();

    SentImages(OffsetStorageReader offsets) {
        this.offsets = offsets;
    }

    /**
     * Which copy of its content a file is, if it has to be sent.
     *
     * @param sha256 digest of the content
     * @param name name of the file
     * @param holds whether the file of a given name still holds this content
     * @return the number of the copy, from 0; -1 if the file was sent already, under this name or another one
     */
    int copyToSend(String sha256, String name, Predicate<String> holds) {
        List<String> names = copies.computeIfAbsent(sha256, this::recorded);
        if (names.contains(name)) {
            return -1;
        }
        for (int copy = 0; copy < names.size(); copy++) {
            if (!holds.test(names.get(copy))) {
                names.set(copy, name);
                return -1;
            }
        }
        names.add(name);
        return names.size() - 1;
    }

    private List<String> recorded(String sha256) {
        List<String> names = new ArrayList<>();
        while (true) {
            Map<String, Object> offset = offsets.offset(partition(sha256, names.size()));
            if (offset == null) {
                return names;
            }
            if (!(offset.get(NAME) instanceof String name)) {
                throw new ConnectException("The source offset of " + sha256 + " has no name: " + offset
                        + ". Correct it with PATCH /connectors/NAME/offsets, or delete it to send the image again");
            }
            names.add(name);
        }
    }

    /** The source partition of a copy of a content. */
    static Map<String, String> partition(String sha256, int copy) {
        return Map.of(IMAGE, sha256 + "/" + copy);
    }

    /** The source partition of a file whose content is not known. */
    static Map<String, String> partition(String name) {
        return Map.of(FILE, name);
    }

    /** The source offset of a file that was sent. */
    static Map<String, Object> offset(String name, long size) {
        return Map.of(NAME, name, SIZE, size);
    }
}
