package dev.semantica.console.security;

import static dev.semantica.schemas.TopicRole.DEAD_LETTERS;
import static dev.semantica.schemas.TopicRole.IMAGE_EVENTS;
import static dev.semantica.schemas.TopicRole.REQUEST_CONTROLS;
import static dev.semantica.schemas.TopicRole.REQUEST_STATUS;
import static dev.semantica.schemas.TopicRole.SAMPLER_BATCHES;
import static dev.semantica.schemas.TopicRole.SAMPLER_RESULTS;
import static dev.semantica.schemas.TopicRole.VARIATIONS;
import static dev.semantica.schemas.TopicRole.VARIATION_FAILURES;
import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.semantica.schemas.TopicRole;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * The least that each application needs on a cluster that allows nothing else. No application needs anything on the
 * cluster as a whole. {@code docs/security.md} shows the list.
 */
public final class Permissions {

    /** Topics that dead letters come from, and to which alone they are sent again. */
    public static final List<TopicRole> REPLAYED =
            List.of(IMAGE_EVENTS, REQUEST_CONTROLS, SAMPLER_BATCHES, SAMPLER_RESULTS);

    private final ResourceNames names;
    private final List<Permission> needed = new ArrayList<>();

    private Permissions(ResourceNames names) {
        this.names = names;
    }

    /** What an application needs on an installation's resources. */
    public static List<Permission> of(Application application, ResourceNames names) {
        Permissions permissions = new Permissions(names);
        switch (application) {
            case TOPICS -> permissions.on(TopicRole.values(), CREATE, DESCRIBE);
            case STREAMS -> permissions.streams();
            case WORKER -> permissions.worker();
            case AUGMENT ->
                permissions
                        .on(IMAGE_EVENTS, WRITE)
                        .on(REQUEST_CONTROLS, WRITE)
                        .on(VARIATIONS, READ)
                        .on(VARIATION_FAILURES, READ);
            case SUBMIT -> permissions.on(IMAGE_EVENTS, WRITE).on(REQUEST_CONTROLS, WRITE);
            case STATUS -> permissions.on(REQUEST_STATUS, READ);
            case CANCEL -> permissions.on(REQUEST_CONTROLS, WRITE);
            case DLQ -> permissions.on(DEAD_LETTERS, READ);
            case DLQ_REPLAY -> permissions.replay();
            case STORE_GC ->
                permissions.on(
                        new TopicRole[] {IMAGE_EVENTS, SAMPLER_BATCHES, SAMPLER_RESULTS, VARIATIONS, DEAD_LETTERS},
                        READ);
            case RESET -> permissions.reset();
            case CONNECT_WORKER -> permissions.connectWorker();
            case IMAGE_SOURCE -> permissions.imageSource();
            case DATASET_SINK ->
                permissions
                        .on(VARIATIONS, READ)
                        .on(ResourceType.GROUP, "connect-" + names.sink(), READ)
                        .badRecords();
        }
        return List.copyOf(permissions.needed);
    }

    private void streams() {
        on(new TopicRole[] {IMAGE_EVENTS, REQUEST_CONTROLS, SAMPLER_RESULTS}, READ, DESCRIBE_CONFIGS);
        on(REQUEST_STATUS, READ, WRITE, DESCRIBE_CONFIGS);
        on(new TopicRole[] {SAMPLER_BATCHES, VARIATIONS, VARIATION_FAILURES, DEAD_LETTERS}, WRITE, DESCRIBE_CONFIGS);
        on(ResourceType.GROUP, names.applicationId(), READ);
        String prefix = names.applicationId() + "-";
        // DELETE: what went through the repartition topic is deleted there.
        onAllThatBegin(ResourceType.TOPIC, prefix, CREATE, READ, WRITE, DELETE);
        onAllThatBegin(ResourceType.TRANSACTIONAL_ID, prefix, WRITE);
    }

    private void worker() {
        on(SAMPLER_BATCHES, READ);
        on(SAMPLER_RESULTS, WRITE, DESCRIBE_CONFIGS);
        on(VARIATIONS, DESCRIBE_CONFIGS);
        on(REQUEST_STATUS, READ);
        on(DEAD_LETTERS, WRITE);
        on(ResourceType.GROUP, names.queueGroup(), READ);
        if (names.shareGroup()) {
            // ALTER_CONFIGS: until the group has its settings.
            on(ResourceType.GROUP, names.queueGroup(), DESCRIBE_CONFIGS, ALTER_CONFIGS);
        }
    }

    private void replay() {
        on(DEAD_LETTERS, READ);
        on(REPLAYED.toArray(TopicRole[]::new), WRITE);
        String group = "semantica-dlq-replay-" + names.topics().of(DEAD_LETTERS);
        on(ResourceType.GROUP, group, READ);
        on(ResourceType.TRANSACTIONAL_ID, group, WRITE);
    }

    private void reset() {
        on(ResourceType.GROUP, names.applicationId(), DELETE);
        onAllThatBegin(ResourceType.TOPIC, names.applicationId() + "-", DELETE);
    }

    private void connectWorker() {
        for (String topic : List.of("-configs", "-offsets", "-statuses")) {
            on(ResourceType.TOPIC, names.connectGroup() + topic, CREATE, READ, WRITE, DESCRIBE_CONFIGS);
        }
        on(ResourceType.GROUP, names.connectGroup(), READ);
        on(ResourceType.TRANSACTIONAL_ID, "connect-cluster-" + names.connectGroup(), WRITE);
    }

    private void imageSource() {
        on(IMAGE_EVENTS, WRITE);
        // For exactly-once: offsets are written in the transaction of their records.
        on(ResourceType.TOPIC, names.connectGroup() + "-offsets", READ, WRITE);
        onAllThatBegin(ResourceType.TRANSACTIONAL_ID, names.connectGroup() + "-", WRITE);
        badRecords();
    }

    private void badRecords() {
        if (names.badRecords() != null) {
            on(ResourceType.TOPIC, names.badRecords(), WRITE);
        }
    }

    private Permissions on(TopicRole role, AclOperation... operations) {
        return on(ResourceType.TOPIC, names.topics().of(role), operations);
    }

    private void on(TopicRole[] roles, AclOperation... operations) {
        for (TopicRole role : roles) {
            on(role, operations);
        }
    }

    private Permissions on(ResourceType type, String name, AclOperation... operations) {
        add(new ResourcePattern(type, name, PatternType.LITERAL), operations);
        return this;
    }

    private void onAllThatBegin(ResourceType type, String prefix, AclOperation... operations) {
        add(new ResourcePattern(type, prefix, PatternType.PREFIXED), operations);
    }

    private void add(ResourcePattern resource, AclOperation... operations) {
        for (AclOperation operation : operations) {
            needed.add(new Permission(operation, resource));
        }
    }
}
