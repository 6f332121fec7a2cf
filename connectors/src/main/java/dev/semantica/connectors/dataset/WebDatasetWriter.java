package dev.semantica.connectors.dataset;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A tar file in which an example is the adjacent members {@code KEY.png} and {@code KEY.json}. */
final class WebDatasetWriter implements DatasetWriter {

    private final String file;
    private final TarArchiveOutputStream tar;

    WebDatasetWriter(Path folder, String name) throws IOException {
        file = name + ".tar";
        tar = new TarArchiveOutputStream(
                new BufferedOutputStream(Files.newOutputStream(folder.resolve(file))), StandardCharsets.UTF_8.name());
    }

    @Override
    public void add(Example example) throws IOException {
        member(example, example.fileName(), example.image());
        String json = MetadataJson.object(Map.of("key", example.key()), example.variation());
        member(example, example.key() + ".json", json.getBytes(StandardCharsets.UTF_8));
    }

    private void member(Example example, String name, byte[] bytes) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        // The time of the variation, not of the writing: a replay writes the same bytes.
        entry.setModTime(example.variation().getCreatedAt().getEpochSecond() * 1000);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    @Override
    public List<String> finish() throws IOException {
        tar.close();
        return List.of(file);
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}
