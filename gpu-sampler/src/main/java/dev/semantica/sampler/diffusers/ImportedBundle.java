package dev.semantica.sampler.diffusers;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.BundleWriter;
import dev.semantica.sampler.diffusers.DiffusersImport.Listener;
import dev.semantica.sampler.diffusers.DiffusersImport.Parts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Writes an import as a bundle: adapted graphs, their weights as they are, the empty condition, the manifest. */
final class ImportedBundle {

    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

    private final PipelineIndex index;
    private final ImportOptions options;
    private final Parts parts;
    private final SchedulerMapping scheduler;
    private final List<BundleManifest.Tensor> condition;
    private int written;
    private int total;

    ImportedBundle(PipelineIndex index, ImportOptions options, Parts parts, SchedulerMapping scheduler) {
        this.index = index;
        this.options = options;
        this.parts = parts;
        this.scheduler = scheduler;
        this.condition = parts.denoiser().condition(parts.encoder().tokenCount());
    }

    void write(Path directory, Listener listener) throws IOException {
        AutoencoderParts autoencoder = parts.autoencoder();
        List<ExportedGraph> graphs = new ArrayList<>(
                List.of(parts.encoder().graph(), parts.denoiser().graph()));
        if (autoencoder != null) {
            graphs.add(autoencoder.decoder());
            autoencoder.encoder().ifPresent(graphs::add);
        }
        total = 2 + graphs.stream().mapToInt(graph -> 1 + graph.data().size()).sum();
        BundleWriter writer = Bundle.writer(directory);
        Map<String, BundleManifest.Graph> roles = new LinkedHashMap<>();
        List<String> tensors =
                condition.stream().map(BundleManifest.Tensor::name).toList();
        roles.put(
                "encoder",
                add(
                        writer,
                        parts.encoder().graph(),
                        parts.encoder()
                                .adapt(
                                        parts.denoiser(),
                                        parts.encoderImage().height(),
                                        parts.encoderImage().width()),
                        List.of("pixels"),
                        tensors,
                        listener));
        roles.put(
                "denoiser",
                add(
                        writer,
                        parts.denoiser().graph(),
                        parts.denoiser()
                                .adapt(parts.sampleSide(), parts.encoder().tokenCount()),
                        Stream.concat(Stream.of("sample", "timestep"), tensors.stream())
                                .toList(),
                        List.of("prediction"),
                        listener));
        if (autoencoder != null) {
            roles.put(
                    "decoder",
                    add(
                            writer,
                            autoencoder.decoder(),
                            autoencoder.adaptDecoder(parts.sampleSide(), parts.imageSide()),
                            List.of("sample"),
                            List.of("pixels"),
                            listener));
        }
        if (autoencoder != null && autoencoder.encoder().isPresent()) {
            roles.put(
                    "latentEncoder",
                    add(
                            writer,
                            autoencoder.encoder().orElseThrow(),
                            autoencoder.adaptEncoder(parts.sampleSide(), parts.imageSide()),
                            List.of("pixels"),
                            List.of("sample"),
                            listener));
        }
        BundleManifest.DataFile unconditional = writer.add("unconditional.json", zeros());
        told(listener, "unconditional.json");
        writer.finish(manifest(roles, unconditional));
        told(listener, Bundle.MANIFEST);
    }

    /** Weights in files of their own stay at the places that the graph names. */
    private BundleManifest.Graph add(
            BundleWriter writer,
            ExportedGraph graph,
            OnnxModel adapted,
            List<String> inputs,
            List<String> outputs,
            Listener listener)
            throws IOException {
        List<BundleManifest.DataFile> data = new ArrayList<>();
        for (Map.Entry<String, Path> file : graph.data().entrySet()) {
            String name = graph.part() + "/" + file.getKey();
            data.add(writer.add(name, file.getValue()));
            told(listener, name);
        }
        String name = graph.part() + "/" + graph.file().getFileName();
        String digest = writer.add(name, adapted);
        told(listener, name);
        return new BundleManifest.Graph(
                name, digest, same(inputs), same(outputs), data.isEmpty() ? null : List.copyOf(data));
    }

    private void told(Listener listener, String name) {
        written++;
        listener.written(written, total, name);
    }

    private static Map<String, String> same(List<String> names) {
        Map<String, String> map = new LinkedHashMap<>();
        names.forEach(name -> map.put(name, name));
        return map;
    }

    /** Pipelines that vary images guide away from an embedding of zeros. */
    private byte[] zeros() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        for (BundleManifest.Tensor tensor : condition) {
            ObjectNode written = root.putObject(tensor.name());
            tensor.shape().forEach(written.putArray("shape")::add);
            var values = written.putArray("values");
            for (int i = 0; i < tensor.size(); i++) {
                values.add(0);
            }
        }
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    private BundleManifest manifest(Map<String, BundleManifest.Graph> graphs, BundleManifest.DataFile unconditional) {
        boolean latent = parts.autoencoder() != null;
        ObjectNode origin = JsonNodeFactory.instance.objectNode();
        origin.put("importedFrom", "diffusers pipeline in ONNX");
        origin.put("pipeline", index.pipeline());
        origin.put("diffusersVersion", index.version());
        origin.put("scheduler", scheduler.exported());
        return new BundleManifest(
                1,
                options.name(),
                "Imported from a " + index.pipeline() + " in ONNX.",
                options.licence(),
                new BundleManifest.Image(parts.imageSide(), parts.imageSide(), HALF, HALF),
                new BundleManifest.Sample(
                        latent ? "latent" : "pixel",
                        List.of(parts.denoiser().channels(), parts.sampleSide(), parts.sampleSide())),
                condition,
                condition.get(condition.size() - 1).name(),
                graphs,
                unconditional,
                scheduler.prediction(),
                scheduler.schedule(),
                scheduler.sampling(options),
                origin,
                parts.encoderImage(),
                parts.denoiser().sharedTimestep() ? true : null,
                null);
    }
}
