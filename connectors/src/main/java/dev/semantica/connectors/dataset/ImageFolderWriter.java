package dev.semantica.connectors.dataset;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A folder of images and {@code metadata.jsonl}, which Hugging Face's {@code imagefolder} reads. */
final class ImageFolderWriter implements DatasetWriter {

    private static final String METADATA = "metadata.jsonl";

    private final Path folder;
    private final String name;
    private final BufferedWriter metadata;
    private final List<String> files = new ArrayList<>();

    ImageFolderWriter(Path folder, String name) throws IOException {
        this.folder = Files.createDirectories(folder.resolve(name));
        this.name = name;
        this.metadata = Files.newBufferedWriter(this.folder.resolve(METADATA));
    }

    @Override
    public void add(Example example) throws IOException {
        Files.write(folder.resolve(example.fileName()), example.image());
        files.add(name + "/" + example.fileName());
        metadata.write(MetadataJson.row(Map.of("file_name", example.fileName()), example.variation()));
        metadata.write('\n');
    }

    @Override
    public List<String> finish() throws IOException {
        metadata.close();
        List<String> all = new ArrayList<>(files);
        all.add(name + "/" + METADATA);
        return all;
    }

    @Override
    public void close() throws IOException {
        metadata.close();
    }
}
