package dev.semantica.training.run;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.training.export.BundleDescription;
import dev.semantica.training.export.BundleExport;
import dev.semantica.training.export.ConditionEncoder;
import dev.semantica.training.export.EncoderExport;
import dev.semantica.training.export.ExportException;
import dev.semantica.training.network.Autoencoder;
import dev.semantica.training.network.ImageDenoiser;
import dev.semantica.training.network.PageEncoder;
import dev.semantica.training.network.Standardisation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes what a run made, with where it comes from. */
final class RunExport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final RunConfig config;
    private final RunPages pages;
    private final String device;
    private final StageListener listener;
    private final InstantSource clock;

    /**
     * The end of a run.
     *
     * @param device what trained, with the engine and its version
     */
    RunExport(RunConfig config, RunPages pages, String device, StageListener listener, InstantSource clock) {
        this.config = config;
        this.pages = pages;
        this.device = device;
        this.listener = listener;
        this.clock = clock;
    }

    /** The encoder alone. */
    void encoder(PageEncoder encoder, StageKey key, NDManager manager) throws IOException {
        Path place = Path.of(config.export().directory());
        ObjectNode provenance =
                provenance(key, Map.of("encoder", config.encoder().training()));
        write(place, () -> new EncoderExport(manager)
                .write(place, config.name(), config.description(), config.licence(), provenance, encoder));
        listener.said("encoder written to " + place);
    }

    /**
     * The bundle.
     *
     * @param autoencoder null in pixel space
     */
    void bundle(
            ConditionEncoder condition,
            Autoencoder autoencoder,
            Standardisation standardisation,
            ImageDenoiser denoiser,
            StageKey key,
            NDManager manager)
            throws IOException {
        Map<String, RunConfig.Training> stages = new LinkedHashMap<>();
        if (!config.frozenEncoder().given()) {
            stages.put("encoder", config.encoder().training());
        }
        if (autoencoder != null && (config.autoencoder().decoderOnly() || !config.bringsAutoencoder())) {
            stages.put("autoencoder", config.autoencoder().training());
        }
        if (config.denoiser().training().any()) {
            stages.put("denoiser", config.denoiser().training());
        }
        BundleDescription description = new BundleDescription(
                config.name(),
                config.description(),
                config.licence(),
                config.denoiser().shift(),
                BundleDescription.sampling(
                        config.export().scheduler(),
                        config.export().steps(),
                        config.export().guidance(),
                        config.denoiser().space().range()),
                provenance(key, stages));
        Path place = Path.of(config.export().directory());
        BundleExport export = new BundleExport(manager);
        write(place, () -> {
            if (autoencoder == null) {
                export.pixel(place, description, condition, denoiser);
            } else {
                export.latent(place, description, condition, denoiser, autoencoder, standardisation);
            }
        });
        listener.said("bundle written to " + place);
    }

    /** What a full disk may end. */
    @FunctionalInterface
    private interface Writing {
        void write() throws IOException;
    }

    private static void write(Path place, Writing writing) throws IOException {
        try {
            writing.write();
        } catch (ExportException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(
                    place + " could not be written (" + e.getMessage()
                            + "); nothing of it was kept, but all that was trained. Make room, and start again",
                    e);
        }
    }

    /** Only of stages that this run trained: folders of others may lie beside theirs. */
    private ObjectNode provenance(StageKey key, Map<String, RunConfig.Training> trained) throws IOException {
        ObjectNode provenance = JSON.createObjectNode();
        provenance.put("run", key.digest());
        provenance.put("data", pages.store().digest());
        provenance.put("trainingPages", pages.split().training().size());
        provenance.put("validationPages", pages.split().validation().size());
        provenance.put("images", pages.store().images());
        ObjectNode stages = provenance.putObject("stages");
        for (Map.Entry<String, RunConfig.Training> stage : trained.entrySet()) {
            Path folder = Path.of(config.directory()).resolve(stage.getKey());
            stages.set(stage.getKey(), StageSummary.of(folder, stage.getValue().batch()));
        }
        key.start().ifPresent(digest -> provenance.put("start", digest));
        provenance.put("host", System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", " + device);
        provenance.put("finished", clock.instant().toString());
        provenance.set("configuration", JSON.valueToTree(withoutPlaces()));
        return provenance;
    }

    /** The configuration as anyone may see it: paths are this machine's own business. */
    private RunConfig withoutPlaces() {
        List<RunConfig.Source> sources = config.data().sources().stream()
                .map(source -> source.path() == null
                        ? source
                        : new RunConfig.Source(
                                source.type(),
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                name(source.path()),
                                source.papers()))
                .toList();
        RunConfig.FrozenEncoder frozen = config.frozenEncoder();
        RunConfig.FrozenAutoencoder autoencoder = config.frozenAutoencoder();
        return new RunConfig(
                config.name(),
                config.description(),
                config.licence(),
                config.seed(),
                config.threads(),
                "",
                new RunConfig.Data(config.data().side(), config.data().validation(), "", sources),
                frozen.given() ? new RunConfig.FrozenEncoder(name(frozen.path()), frozen.pooling()) : frozen,
                autoencoder.given() ? new RunConfig.FrozenAutoencoder(name(autoencoder.path())) : autoencoder,
                config.encoder().withStart(name(config.encoder().start())),
                config.autoencoder().withStart(name(config.autoencoder().start())),
                config.denoiser().withStart(name(config.denoiser().start())),
                config.export().withDirectory(""));
    }

    private static String name(String path) {
        return String.valueOf(Path.of(path).getFileName());
    }
}
