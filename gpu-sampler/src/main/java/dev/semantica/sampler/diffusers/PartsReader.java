package dev.semantica.sampler.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.diffusers.DiffusersImport.Parts;
import java.util.List;
import java.util.Optional;

/** Reads the graphs of an export and finds out how they fit together. */
final class PartsReader {

    private static final int MAX_SIDE = 4096;

    private final ExportFolder folder;
    private final PipelineIndex index;
    private final ImportOptions options;
    private final List<String> notes;
    private final List<String> problems;

    PartsReader(
            ExportFolder folder,
            PipelineIndex index,
            ImportOptions options,
            List<String> notes,
            List<String> problems) {
        this.folder = folder;
        this.index = index;
        this.options = options;
        this.notes = notes;
        this.problems = problems;
    }

    /** The parts; empty, with problems, if one is missing or does not fit. All of them are looked at. */
    Optional<Parts> read() {
        Optional<BundleManifest.EncoderImage> picture = DiffusersImport.required(
                        folder, "feature_extractor/preprocessor_config.json", problems)
                .flatMap(Preprocessor::read);
        Optional<ConfigFile> unetConfig = folder.config("unet/config.json");
        Optional<DenoiserPart> denoiser =
                graph("unet").flatMap(graph -> DenoiserPart.read(graph, unetConfig, problems));
        Optional<ExportedGraph> imageEncoder = graph("image_encoder");
        Optional<ExportedGraph> vaeDecoder = index.hasAutoencoder() ? graph("vae_decoder") : Optional.empty();
        if (denoiser.isEmpty() || picture.isEmpty()) {
            return Optional.empty();
        }
        DenoiserPart unet = denoiser.orElseThrow();
        BundleManifest.EncoderImage read = picture.orElseThrow();
        Optional<EncoderPart> encoder = imageEncoder.flatMap(
                graph -> EncoderPart.read(graph, unet, Math.max(read.width(), read.height()), notes, problems));
        Optional<ConfigFile> vaeConfig =
                config("vae_decoder/config.json", "vae/config.json", "vae_encoder/config.json");
        Optional<AutoencoderParts> autoencoder =
                vaeDecoder.flatMap(graph -> AutoencoderParts.read(graph, vaeConfig, unet.channels(), notes, problems));
        autoencoder.ifPresent(parts -> {
            if (folder.has("vae_encoder")) {
                folder.graph("vae_encoder").ifPresent(graph -> parts.addEncoder(graph, notes, problems));
            }
        });
        int sampleSide = sampleSide(unet, unetConfig, factor(autoencoder, vaeConfig));
        int imageSide = index.hasAutoencoder() ? sampleSide * factor(autoencoder, vaeConfig) : sampleSide;
        checkSizes(unet, sampleSide, imageSide);
        return problems.isEmpty() && encoder.isPresent()
                ? Optional.of(
                        new Parts(unet, encoder.orElseThrow(), read, autoencoder.orElse(null), sampleSide, imageSide))
                : Optional.empty();
    }

    private Optional<ExportedGraph> graph(String part) {
        int before = problems.size();
        Optional<ExportedGraph> graph = folder.graph(part);
        if (graph.isEmpty() && problems.size() == before) {
            problems.add(part + "/model.onnx does not exist; export the pipeline to ONNX whole, " + part + " included");
        }
        return graph;
    }

    private Optional<ConfigFile> config(String... names) {
        for (String name : names) {
            Optional<ConfigFile> config = folder.config(name);
            if (config.isPresent()) {
                return config;
            }
        }
        return Optional.empty();
    }

    private void checkSizes(DenoiserPart unet, int sampleSide, int imageSide) {
        if (sampleSide < 1 || imageSide < 1) {
            problems.add("The export does not say the size of samples or pictures (unet/config.json: sample_size,"
                    + " vae_decoder/config.json: block_out_channels); give --image-size, and --latent-size with it");
        } else if (imageSide > MAX_SIDE) {
            problems.add("Pictures of " + imageSide + " pixels are larger than " + MAX_SIDE + "; give --image-size");
        } else if (unet.side() > 0 && unet.side() != sampleSide) {
            problems.add(unet.graph().file() + " takes samples of " + unet.side() + " only, but " + sampleSide
                    + " was asked for");
        }
        if (!index.hasAutoencoder() && unet.channels() != 3) {
            problems.add(unet.graph().file() + " denoises " + unet.channels()
                    + " channels, but the pipeline has no autoencoder to make pictures of them");
        }
    }

    /** How many pixels a latent is wide; 1 without an autoencoder, 0 if not known. */
    private int factor(Optional<AutoencoderParts> autoencoder, Optional<ConfigFile> config) {
        if (!index.hasAutoencoder()) {
            return 1;
        }
        if (options.imageSize() != null && options.latentSize() != null) {
            return options.imageSize() % options.latentSize() == 0 ? options.imageSize() / options.latentSize() : 0;
        }
        int levels = config.flatMap(file -> file.any("block_out_channels"))
                .filter(JsonNode::isArray)
                .map(JsonNode::size)
                .orElse(0);
        if (levels >= 1 && levels <= 8) {
            return 1 << (levels - 1);
        }
        return autoencoder.map(AutoencoderParts::fixedFactor).orElse(0);
    }

    private int sampleSide(DenoiserPart unet, Optional<ConfigFile> config, int factor) {
        if (options.latentSize() != null) {
            return options.latentSize();
        }
        if (options.imageSize() != null && factor > 0) {
            if (options.imageSize() % factor != 0) {
                problems.add("--image-size must be a multiple of " + factor + ", but is " + options.imageSize());
            }
            return options.imageSize() / factor;
        }
        return unet.side() > 0
                ? unet.side()
                : config.flatMap(file -> file.integer("sample_size")).orElse(0);
    }
}
