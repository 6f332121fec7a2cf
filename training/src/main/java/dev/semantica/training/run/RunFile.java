package dev.semantica.training.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.drawing.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a run's configuration from YAML: everything that is wrong is found before anything starts. */
public final class RunFile {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonMapper JSON = RunBinding.JSON;
    private static final long MOST_BYTES = 1 << 20;
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");
    private static final Set<String> SOURCE_KEYS =
            Set.of("type", "seed", "first", "pages", "images", "kinds", "foreign", "nearDuplicates", "path", "papers");

    private RunFile() {}

    /**
     * Reads a file; what it does not say is {@link RunConfig#defaults()}, and models take the side of the data.
     *
     * @param environment where ${NAME} in paths is looked up
     * @throws TrainingException with every unknown key, and every value that cannot be
     */
    public static RunConfig read(Path file, Map<String, String> environment) throws IOException, TrainingException {
        if (!Files.isRegularFile(file)) {
            throw new TrainingException(file + " does not exist; write one as docs/training.md says");
        }
        if (Files.size(file) > MOST_BYTES) {
            throw new TrainingException(file + " has over " + MOST_BYTES + " bytes; that is no configuration");
        }
        JsonNode said;
        try {
            said = YAML.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new TrainingException(file + " cannot be read: " + e.getOriginalMessage() + ", in line "
                    + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()));
        }
        if (!(said instanceof ObjectNode top)) {
            throw new TrainingException(file + " must hold keys and values");
        }
        List<String> problems = new ArrayList<>();
        ObjectNode defaults = JSON.valueToTree(RunConfig.defaults());
        ObjectNode all = defaults.deepCopy();
        RunBinding binding = new RunBinding(problems);
        binding.merge(all, top);
        giveModelsTheSideOfTheData(all, top);
        List<RunConfig.Source> sources = sources(all, environment, problems);
        binding.tryAll(all, defaults, RunConfig.class, "data.sources");
        RunConfig config = withPlaces(config(all), sources, file, environment, problems);
        RunChecks.check(config, problems);
        if (config.export().content() == RunConfig.Content.ENCODER) {
            for (String stage : List.of("autoencoder", "denoiser")) {
                if (top.has(stage)) {
                    problems.add("'" + stage + "' has no use with export.content: encoder; leave it out");
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new TrainingException(problems);
        }
        return config;
    }

    /** Where the file says none of their own; a side that is no number is told where it stands. */
    private static void giveModelsTheSideOfTheData(ObjectNode all, ObjectNode said) {
        JsonNode side = all.at("/data/side");
        for (String stage : List.of("encoder", "autoencoder")) {
            if (side.isInt()
                    && said.at("/" + stage + "/model/side").isMissingNode()
                    && all.at("/" + stage + "/model") instanceof ObjectNode model) {
                model.set("side", side);
            }
        }
    }

    private static RunConfig config(ObjectNode all) {
        try {
            return JSON.treeToValue(all, RunConfig.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Every value was tried before", e);
        }
    }

    private static RunConfig withPlaces(
            RunConfig config,
            List<RunConfig.Source> sources,
            Path file,
            Map<String, String> environment,
            List<String> problems) {
        RunConfig.Data data = config.data();
        return new RunConfig(
                config.name(),
                config.description(),
                config.licence(),
                config.seed(),
                config.threads(),
                beside(file, expand(config.directory(), environment, problems)),
                new RunConfig.Data(
                        data.side(),
                        data.validation(),
                        given(data.heldOut(), file, environment, problems),
                        sources.stream()
                                .map(source -> source.path() == null ? source : withPath(source, file))
                                .toList()),
                new RunConfig.FrozenEncoder(
                        given(config.frozenEncoder().path(), file, environment, problems),
                        config.frozenEncoder().pooling()),
                new RunConfig.FrozenAutoencoder(given(config.frozenAutoencoder().path(), file, environment, problems)),
                config.encoder().withStart(given(config.encoder().start(), file, environment, problems)),
                config.autoencoder().withStart(given(config.autoencoder().start(), file, environment, problems)),
                config.denoiser().withStart(given(config.denoiser().start(), file, environment, problems)),
                config.export()
                        .withDirectory(beside(file, expand(config.export().directory(), environment, problems))));
    }

    private static List<RunConfig.Source> sources(
            ObjectNode all, Map<String, String> environment, List<String> problems) {
        List<RunConfig.Source> sources = new ArrayList<>();
        JsonNode listed = all.path("data").path("sources");
        if (!listed.isArray() || listed.isEmpty()) {
            problems.add("data.sources must list at least one source, such as {type: files, path: my-pages}");
            return sources;
        }
        int number = 0;
        for (JsonNode source : listed) {
            String name = "data.sources[" + number++ + "]";
            if (!(source instanceof ObjectNode)) {
                problems.add(name + " must hold keys, such as {type: files, path: my-pages}, but is " + source);
                continue;
            }
            source.fieldNames().forEachRemaining(key -> {
                if (!SOURCE_KEYS.contains(key)) {
                    problems.add("Unknown key '" + name + "." + key + "'; known: "
                            + SOURCE_KEYS.stream().sorted().toList());
                }
            });
            try {
                RunConfig.Source read =
                        JSON.treeToValue(((ObjectNode) source.deepCopy()).retain(SOURCE_KEYS), RunConfig.Source.class);
                sources.add(check(name, read, environment, problems));
            } catch (JsonProcessingException e) {
                problems.add(name + ": " + e.getOriginalMessage());
            }
        }
        return sources;
    }

    private static RunConfig.Source check(
            String name, RunConfig.Source source, Map<String, String> environment, List<String> problems) {
        if ("procedural".equals(source.type())) {
            List<Kind> kinds = List.of(Kind.values());
            try {
                if (source.kinds() != null) {
                    kinds = source.kinds().stream().map(Kind::of).toList();
                }
                var unused = new PagesConfig(
                        1,
                        source.images() == null ? PagesConfig.IMAGES : source.images(),
                        PagesConfig.SIZE,
                        kinds,
                        source.foreign() == null ? 0 : source.foreign(),
                        source.nearDuplicates() == null ? 0 : source.nearDuplicates());
            } catch (IllegalArgumentException e) {
                problems.add(name + ": " + e.getMessage());
            }
            if (source.pages() == null || source.pages() < 1) {
                problems.add(name + ".pages must say how many pages, from 1");
            }
            return source;
        }
        if (!"files".equals(source.type())) {
            problems.add(name + ".type must be procedural or files, but is " + source.type());
            return source;
        }
        if (source.path() == null) {
            problems.add(name + ".path is missing: a folder of pages, a tar shard or a pages.jsonl");
            return source;
        }
        if (source.papers() != null && (source.papers() < 1 || source.papers() > 100)) {
            problems.add(name + ".papers must be 1 to 100, but is " + source.papers());
        }
        return new RunConfig.Source(
                source.type(),
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                expand(source.path(), environment, problems),
                source.papers());
    }

    private static String expand(String text, Map<String, String> environment, List<String> problems) {
        Matcher matcher = VARIABLE.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (matcher.find()) {
            String value = environment.get(matcher.group(1));
            if (value == null) {
                problems.add("The environment variable " + matcher.group(1) + " that '" + text + "' names is not set");
                value = "";
            }
            matcher.appendReplacement(expanded, Matcher.quoteReplacement(value));
        }
        return matcher.appendTail(expanded).toString();
    }

    /** A place beside the file; empty stays empty, which says that there is none. */
    private static String given(String path, Path file, Map<String, String> environment, List<String> problems) {
        return path.isEmpty() ? "" : beside(file, expand(path, environment, problems));
    }

    private static RunConfig.Source withPath(RunConfig.Source source, Path file) {
        return new RunConfig.Source(
                source.type(), null, null, null, null, null, null, null, beside(file, source.path()), source.papers());
    }

    private static String beside(Path file, String path) {
        return file.toAbsolutePath().getParent().resolve(path).normalize().toString();
    }
}
