package dev.semantica.sampler.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.semantica.onnx.OnnxModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.codec.binary.Hex;
import org.apache.commons.codec.digest.DigestUtils;

/** Writes a bundle: its files first, which gives their digests, the manifest at the end. Replaces nothing. */
public final class BundleWriter {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .defaultPropertyInclusion(
                    JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.NON_NULL))
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final Path directory;

    BundleWriter(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
    }

    /**
     * Writes a graph.
     *
     * @param name where, relative to the bundle
     * @return its SHA-256
     */
    public String add(String name, OnnxModel model) throws IOException {
        Path file = target(name);
        model.write(file);
        return BundleFiles.sha256(file);
    }

    /** Writes a file of that content. */
    public BundleManifest.DataFile add(String name, byte[] bytes) throws IOException {
        Files.write(target(name), bytes, StandardOpenOption.CREATE_NEW);
        return new BundleManifest.DataFile(name, DigestUtils.sha256Hex(bytes));
    }

    /** Copies a file. */
    public BundleManifest.DataFile add(String name, Path source) throws IOException {
        MessageDigest digest = DigestUtils.getSha256Digest();
        try (InputStream from = new DigestInputStream(Files.newInputStream(source), digest);
                OutputStream to = Files.newOutputStream(target(name), StandardOpenOption.CREATE_NEW)) {
            from.transferTo(to);
        }
        return new BundleManifest.DataFile(name, Hex.encodeHexString(digest.digest()));
    }

    /**
     * Copies all files of another bundle but its manifest.
     *
     * @param without roles whose graphs are left out, with the weights beside them
     */
    public void copy(Bundle from, Set<String> without) throws IOException {
        List<String> files = new ArrayList<>();
        from.manifest().graphs().forEach((role, graph) -> {
            if (!without.contains(role)) {
                files.add(graph.file());
                graph.dataFiles().forEach(data -> files.add(data.file()));
            }
        });
        files.add(from.manifest().unconditional().file());
        for (String file : files) {
            add(file, from.directory().resolve(file));
        }
    }

    /** Writes the manifest; the bundle is whole now. */
    public void finish(BundleManifest manifest) throws IOException {
        add(Bundle.MANIFEST, JSON.writeValueAsBytes(manifest));
    }

    private Path target(String name) throws IOException {
        Path file = directory.resolve(name).normalize();
        if (!file.startsWith(directory.normalize()) || Files.exists(file)) {
            throw new IOException(file + " lies outside of the bundle, or exists already");
        }
        Files.createDirectories(file.getParent());
        return file;
    }
}
