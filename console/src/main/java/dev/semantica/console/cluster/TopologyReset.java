package dev.semantica.console.cluster;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.streams.StreamsAppConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * What the topology leaves behind, to be forgotten: its consumer group with all offsets, its internal topics and its
 * local state. Topics that users see are left as they are.
 */
public final class TopologyReset {

    private final String application;
    private final boolean group;
    private final List<String> topics;
    private final Path state;

    private TopologyReset(String application, boolean group, List<String> topics, Path state) {
        this.application = application;
        this.group = group;
        this.topics = topics;
        this.state = state;
    }

    /**
     * Looks what there is; changes nothing.
     *
     * @throws ConfigurationException while a process of the application runs
     */
    public static TopologyReset plan(Admin admin, StreamsAppConfig config)
            throws InterruptedException, ExecutionException {
        String application = config.applicationId();
        boolean group = false;
        try {
            ConsumerGroupDescription description = admin.describeConsumerGroups(List.of(application))
                    .describedGroups()
                    .get(application)
                    .get();
            if (!description.members().isEmpty()) {
                throw new ConfigurationException("The topology " + application + " runs: "
                        + description.members().size()
                        + " members are in its group; stop every `semantica streams` of it (each leaves"
                        + " the group when its session timeout is over), then try again");
            }
            group = true;
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof GroupIdNotFoundException)) {
                throw e;
            }
        }
        List<String> topics = admin.listTopics().names().get().stream()
                .filter(name -> isInternal(application, name))
                .sorted()
                .toList();
        Path state = config.stateDirectory().resolve(application);
        return new TopologyReset(application, group, topics, Files.isDirectory(state) ? state : null);
    }

    /** What {@link #execute} does, a line each; none where there is nothing to do. */
    public List<String> steps() {
        List<String> steps = new ArrayList<>();
        if (group) {
            steps.add("delete the offsets of group " + application);
        }
        topics.forEach(topic -> steps.add("delete the internal topic " + topic));
        if (state != null) {
            steps.add("delete the local state in " + state);
        }
        return steps;
    }

    /** Does it: the group first, whose deletion fails if a process has started since. */
    public void execute(Admin admin) throws InterruptedException, ExecutionException, IOException {
        if (group) {
            admin.deleteConsumerGroups(List.of(application)).all().get();
        }
        admin.deleteTopics(topics).all().get();
        if (state != null) {
            List<Path> found;
            try (Stream<Path> walk = Files.walk(state)) {
                found = walk.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path path : found) {
                Files.delete(path);
            }
        }
    }

    /** As Kafka Streams names them. */
    private static boolean isInternal(String application, String topic) {
        return topic.startsWith(application + "-") && (topic.endsWith("-changelog") || topic.endsWith("-repartition"));
    }
}
