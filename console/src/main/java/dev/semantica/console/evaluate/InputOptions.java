package dev.semantica.console.evaluate;

import dev.semantica.console.cluster.Claims;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.Reachability;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.evaluation.data.ImageSets;
import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.data.MadeVariation;
import dev.semantica.evaluation.data.MadeVariations;
import dev.semantica.schemas.TopicRole;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Where the dataset and, if they were made earlier, the variations come from. */
final class InputOptions {

    @Parameters(
            arity = "0..1",
            paramLabel = "DATASET",
            description =
                    "Folder whose sub-folders are classes or whose metadata.jsonl has labels, or WebDataset shards."
                            + " With --from-topic it may be left out: then the request's own sources are the dataset.")
    private Path dataset;

    @Option(
            names = "--class-pattern",
            paramLabel = "REGEX",
            description = "What of a label is the class: the first group, such as '([a-z]+)-.*' (default: all of it).")
    private Pattern classPattern;

    @Option(
            names = "--variations-from",
            paramLabel = "DIR",
            description =
                    "Judge variations that were made earlier, by 'semantica augment' or a dataset sink, instead of"
                            + " making some.")
    private Path variationsFrom;

    @Option(
            names = "--from-topic",
            paramLabel = "TOPIC",
            description =
                    "Judge the variations of a request as a cluster's topic holds them: 'variations', or its name.")
    private String topic;

    @Option(names = "--request", paramLabel = "R", description = "The request whose variations are judged.")
    private String request;

    /** What is wrong with the flags. */
    List<String> problems(CommonOptions common) {
        List<String> problems = new ArrayList<>();
        if (dataset == null && topic == null) {
            problems.add("DATASET is missing; name a folder of images or WebDataset shards");
        }
        if (topic != null && variationsFrom != null) {
            problems.add("--variations-from and --from-topic are both given; variations come from one place");
        }
        if ((topic == null) != (request == null)) {
            problems.add("--from-topic and --request go together; give both or none");
        }
        if (topic == null && common.namesCluster()) {
            problems.add(
                    "evaluate runs its own pipeline; leave --bootstrap-servers and its setting out, or judge what a"
                            + " cluster made with --from-topic variations --request R");
        }
        return problems;
    }

    /** Whether variations are made now. */
    boolean makesVariations() {
        return topic == null && variationsFrom == null;
    }

    /** The dataset's folder; null if there is none. */
    Path dataset() {
        return dataset;
    }

    /**
     * Lists dataset and variations.
     *
     * @param spool folder for images that come from topics
     */
    Judged read(CommonOptions common, Path spool, PrintStream messages) {
        try {
            return topic == null ? ofFolders(messages) : ofTopics(common, spool, messages);
        } catch (IOException e) {
            throw new ConfigurationException(e.getMessage());
        }
    }

    private Judged ofFolders(PrintStream messages) throws IOException {
        List<LabelledImage> images = classes(ImageSets.of(dataset), messages);
        MadeVariations made = variationsFrom == null
                ? null
                : matched(MadeVariations.in(variationsFrom), images, variationsFrom.toString(), messages);
        return new Judged(dataset.toString(), images, made, new TreeMap<>());
    }

    private Judged ofTopics(CommonOptions common, Path spool, PrintStream messages) throws IOException {
        Connection connection = Connection.of(ConnectionConfig.from(common.settings()));
        String name = connection.topics().variations().name();
        if (!topic.equals(name) && !topic.equals(TopicRole.VARIATIONS.wireName())) {
            throw new ConfigurationException(
                    "--from-topic " + topic + " is not the topic of variations, which is called '" + name
                            + "'; name that, and check topics.prefix");
        }
        List<String> unreachable = Reachability.problems(connection);
        if (!unreachable.isEmpty()) {
            throw new ConfigurationException(unreachable);
        }
        try (Claims claims = new Claims(connection.config().claims())) {
            RequestRecords records = new RequestRecords(connection, claims, request, spool);
            List<MadeVariation> made = records.variations();
            List<LabelledImage> listed = dataset == null ? records.sources() : ImageSets.of(dataset);
            SortedMap<String, String> lost = records.lost();
            lost.forEach((record, why) -> messages.println("left out: record " + record + ": " + why));
            if (made.isEmpty() || listed.isEmpty()) {
                throw new ConfigurationException("Request '" + request + "' has " + made.size()
                        + " readable variations on '" + name + "'"
                        + (dataset == null
                                ? " and " + listed.size() + " readable sources on '"
                                        + connection.topics().imageEvents().name() + "'"
                                : "")
                        + "; check its name with 'semantica status', and the topics' retention");
            }
            List<LabelledImage> images = classes(listed, messages);
            return new Judged(
                    dataset == null ? "sources of request " + request : dataset.toString(),
                    images,
                    matched(made, images, "request " + request, messages),
                    lost);
        }
    }

    private static MadeVariations matched(
            List<MadeVariation> made, List<LabelledImage> images, String place, PrintStream messages)
            throws IOException {
        MadeVariations matched = MadeVariations.of(made, images);
        messages.println(
                made.size() + " variations in " + place + ", of " + matched.sources() + " images of the dataset");
        if (!matched.strangers().isEmpty()) {
            messages.println("left out: variations of " + matched.strangers().size()
                    + " sources that the dataset does not hold: " + matched.someStrangers());
        }
        return matched;
    }

    /** Where there are classes, what lies beside them belongs to none. */
    private List<LabelledImage> classes(List<LabelledImage> images, PrintStream messages) {
        List<LabelledImage> labelled =
                images.stream().filter(image -> !image.label().isEmpty()).toList();
        if (labelled.isEmpty()) {
            return images;
        }
        if (classPattern != null) {
            labelled = labelled.stream()
                    .map(image -> new LabelledImage(image.id(), classOf(image.label()), image.content()))
                    .toList();
        }
        if (labelled.size() < images.size()) {
            messages.println(
                    "left out: " + (images.size() - labelled.size()) + " images outside of the classes' folders");
        }
        return labelled;
    }

    private String classOf(String label) {
        Matcher matcher = classPattern.matcher(label);
        if (!matcher.matches() || matcher.groupCount() < 1) {
            throw new ConfigurationException("--class-pattern " + classPattern
                    + " must match every label and have a group; it does not match '" + label + "', or has none");
        }
        return matcher.group(1);
    }
}
