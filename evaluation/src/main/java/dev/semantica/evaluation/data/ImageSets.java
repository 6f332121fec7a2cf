package dev.semantica.evaluation.data;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Finds the images of a set: a folder (ImageFolder: sub-folders are labels; or flat), with tar shards in it or a shard
 * itself (WebDataset: files of one sample share the name up to the first dot; the label is the text of its {@code .cls}
 * file, else that name). A label in an image's metadata wins: of its line in a {@code metadata.jsonl}, or of its
 * sample's {@code .json} file.
 */
public final class ImageSets {

    private ImageSets() {}

    /**
     * Lists a set, sorted by id; reads no image.
     *
     * @throws IOException if it cannot be listed, holds no image, or its metadata is wrong
     */
    public static List<LabelledImage> of(Path place) throws IOException {
        return ImageScan.of(place).stream()
                .map(found -> new LabelledImage(found.id(), label(found), found.content()))
                .toList();
    }

    private static String label(ImageScan.Found found) {
        JsonNode written = found.metadata().path("label");
        String label = written.isTextual() || written.isIntegralNumber() ? written.asText() : "";
        return label.isEmpty() ? found.label() : label;
    }
}
