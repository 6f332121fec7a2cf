package dev.semantica.sampler.diffusers;

import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.sampler.bundle.BundleCheck;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.bundle.DraftFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An export of a diffusers pipeline to ONNX that varies images by their embedding, read and understood, ready to be
 * written as a bundle. Nothing of the export is executed.
 */
public final class DiffusersImport {

    private static final String INDEX = "model_index.json";

    private final PipelineIndex index;
    private final ImportOptions options;
    private final Parts parts;
    private final SchedulerMapping scheduler;
    private final List<String> notes;

    /**
     * What the parts are, and of which sizes.
     *
     * @param autoencoder null for models that denoise pixels
     */
    record Parts(
            DenoiserPart denoiser,
            EncoderPart encoder,
            BundleManifest.EncoderImage encoderImage,
            AutoencoderParts autoencoder,
            int sampleSide,
            int imageSide) {}

    /** Told of every file that was written. */
    @FunctionalInterface
    public interface Listener {
        /** A file was written: that many of how many. */
        void written(int files, int of, String name);
    }

    private DiffusersImport(
            PipelineIndex index, ImportOptions options, Parts parts, SchedulerMapping scheduler, List<String> notes) {
        this.index = index;
        this.options = options;
        this.parts = parts;
        this.scheduler = scheduler;
        this.notes = notes;
    }

    /**
     * Reads an export.
     *
     * @param directory where model_index.json lies
     * @throws BundleException with everything in it that is missing, wrong or unsupported
     */
    public static DiffusersImport read(Path directory, ImportOptions options) throws BundleException {
        List<String> problems = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        ExportFolder folder = new ExportFolder(directory, problems);
        Optional<ConfigFile> index = folder.config(INDEX);
        if (index.isEmpty()) {
            if (problems.isEmpty()) {
                problems.add(
                        "No export at " + directory + ": it has no file " + INDEX
                                + "; name the directory of a diffusers pipeline in ONNX, for example one that Optimum exported");
            }
            throw new BundleException(problems);
        }
        PipelineIndex pipeline = PipelineIndex.read(index.orElseThrow(), notes, problems);
        Optional<SchedulerMapping> scheduler = required(folder, "scheduler/scheduler_config.json", problems)
                .flatMap(config -> SchedulerMapping.read(config, notes));
        scheduler
                .flatMap(mapping -> mapping.problem(options))
                .ifPresent(problem -> problems.add("scheduler/scheduler_config.json: " + problem));
        Optional<Parts> parts = new PartsReader(folder, pipeline, options, notes, problems).read();
        if (!problems.isEmpty() || parts.isEmpty() || scheduler.isEmpty()) {
            throw new BundleException(problems);
        }
        return new DiffusersImport(pipeline, options, parts.orElseThrow(), scheduler.orElseThrow(), notes);
    }

    /** A file that must be there. */
    static Optional<ConfigFile> required(ExportFolder folder, String name, List<String> problems) {
        if (!folder.has(name)) {
            problems.add(name + " does not exist; copy the export whole");
        }
        return folder.config(name);
    }

    /** What was understood, a line each. */
    public List<String> understood() {
        DenoiserPart denoiser = parts.denoiser();
        List<String> lines = new ArrayList<>();
        lines.add("pipeline: " + index.pipeline()
                + (index.version().isEmpty() ? "" : " of diffusers " + index.version()));
        lines.add("pictures: " + parts.imageSide() + "x" + parts.imageSide() + ", the encoder reads "
                + parts.encoderImage().width() + "x" + parts.encoderImage().height());
        lines.add("denoises: " + (parts.autoencoder() == null ? "pixels" : "latents") + " of [" + denoiser.channels()
                + ", " + parts.sampleSide() + ", " + parts.sampleSide() + "], predicts " + scheduler.prediction());
        lines.add("condition: "
                + denoiser.condition(parts.encoder().tokenCount()).stream()
                        .map(tensor -> tensor.name() + " " + tensor.shape())
                        .collect(Collectors.joining(", "))
                + "; zeros for none");
        lines.add("timestep: "
                + (denoiser.sharedTimestep()
                        ? "one a call, so only rows of the same step share one"
                        : "one a row, so rows of any step share a call"));
        lines.add("scheduler: " + scheduler.kind().wireName() + ", " + scheduler.spacing() + " timesteps of "
                + scheduler.trainTimesteps() + ", β "
                + (scheduler.schedule().betas() == null ? scheduler.schedule().betaSchedule() : "as trained"));
        return lines;
    }

    /** What differs from the export, and what was left out or assumed, a line each. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** The scheduler that is the default now. */
    public SchedulerKind scheduler() {
        return scheduler.kind();
    }

    /**
     * Writes the bundle. It comes to its place whole or not at all.
     *
     * @param target where; must not exist yet
     * @throws BundleException if the check refuses it, or the target exists
     * @throws IOException if it cannot be written
     */
    public void write(Path target, Listener listener, BundleCheck check) throws BundleException, IOException {
        Path place = target.toAbsolutePath().normalize();
        if (Files.exists(place)) {
            throw new BundleException(List.of(target + " exists already; name another directory, or remove it"));
        }
        Path parent = place.getParent();
        if (parent == null) {
            throw new BundleException(List.of(target + " is no place for a bundle"));
        }
        Path building = parent.resolve("." + place.getFileName() + ".importing");
        if (Files.exists(building)) {
            throw new BundleException(
                    List.of(building + " exists: another import runs, or one was killed; remove it" + " if none runs"));
        }
        try (DraftFolder draft = DraftFolder.in(building, place)) {
            new ImportedBundle(index, options, parts, scheduler).write(draft.folder(), listener);
            check.check(draft.folder());
            draft.put();
        }
    }
}
