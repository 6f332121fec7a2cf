package dev.semantica.console.security;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeShareGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * What the brokers allow whom they are asked by. Nothing is created or changed. Of a group, a transaction or a topic
 * that does not exist yet, a broker says only whether its description is allowed, so a right that is missing on one is
 * found if it was the only one given: {@code READ} and {@code WRITE} include that description.
 */
final class Allowed {

    private final Admin admin;
    private final Map<String, Optional<Set<AclOperation>>> topics = new HashMap<>();

    Allowed(Admin admin) {
        this.admin = admin;
    }

    /** @param internal the topics that a prefix of topics stands for */
    boolean allows(Permission permission, Set<String> internal) throws ExecutionException, InterruptedException {
        String name = permission.resource().name();
        return switch (permission.resource().resourceType()) {
            case TOPIC -> {
                if (permission.operation() == AclOperation.DESCRIBE_CONFIGS) {
                    yield describesConfigs(ConfigResource.Type.TOPIC, name);
                }
                boolean allowed = true;
                for (String topic : permission.prefixed() ? internal : Set.of(name)) {
                    allowed &= allowsTopic(topic, permission.operation());
                }
                yield allowed;
            }
            // The settings of a group that has them already need not be altered: what opens the queue finds out.
            case GROUP ->
                permission.operation() == AclOperation.ALTER_CONFIGS
                        || (permission.operation() == AclOperation.DESCRIBE_CONFIGS
                                ? describesConfigs(ConfigResource.Type.GROUP, name)
                                : allowsGroup(name, permission.operation()));
            case TRANSACTIONAL_ID -> allowsTransactions(permission.prefixed() ? name + "check" : name);
            default -> throw new IllegalArgumentException("No application needs " + permission);
        };
    }

    boolean allExist(Set<String> names) throws ExecutionException, InterruptedException {
        for (String name : names) {
            if (operationsOn(name).isEmpty()) {
                topics.clear();
                return false;
            }
        }
        return true;
    }

    private boolean allowsTopic(String name, AclOperation operation) throws ExecutionException, InterruptedException {
        Optional<Set<AclOperation>> operations = operationsOn(name);
        if (operations.isPresent()) {
            // What exists need not be created.
            return operation == AclOperation.CREATE || operations.get().contains(operation);
        }
        return operation != AclOperation.CREATE || mayCreate(name);
    }

    /** Empty for a topic that does not exist. */
    private Optional<Set<AclOperation>> operationsOn(String name) throws ExecutionException, InterruptedException {
        Optional<Set<AclOperation>> known = topics.get(name);
        if (known == null) {
            known = askOperationsOn(name);
            topics.put(name, known);
        }
        return known;
    }

    private Optional<Set<AclOperation>> askOperationsOn(String name) throws ExecutionException, InterruptedException {
        try {
            Set<AclOperation> operations = admin.describeTopics(
                            List.of(name), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .topicNameValues()
                    .get(name)
                    .get()
                    .authorizedOperations();
            return Optional.of(operations == null ? Set.of(AclOperation.values()) : operations);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AuthorizationException) {
                return Optional.of(Set.of());
            }
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean mayCreate(String topic) throws ExecutionException, InterruptedException {
        NewTopic wanted = new NewTopic(topic, Optional.of(1), Optional.empty());
        return isAllowed(
                admin.createTopics(List.of(wanted), new CreateTopicsOptions().validateOnly(true))
                        .all(),
                TopicExistsException.class,
                InvalidTopicException.class);
    }

    private boolean describesConfigs(ConfigResource.Type type, String name)
            throws ExecutionException, InterruptedException {
        return isAllowed(
                admin.describeConfigs(List.of(new ConfigResource(type, name))).all(),
                UnknownTopicOrPartitionException.class,
                UnsupportedVersionException.class,
                // What brokers of Kafka 3 say of groups that have settings.
                InvalidRequestException.class);
    }

    private boolean allowsGroup(String name, AclOperation operation) throws ExecutionException, InterruptedException {
        try {
            Set<AclOperation> operations = admin.describeConsumerGroups(
                            List.of(name), new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups()
                    .get(name)
                    .get()
                    .authorizedOperations();
            return operations == null || operations.contains(operation);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return allowsShareGroup(name, operation);
            }
            return allowedUnlessRefused(e);
        }
    }

    private boolean allowsShareGroup(String name, AclOperation operation)
            throws ExecutionException, InterruptedException {
        try {
            Set<AclOperation> operations = admin.describeShareGroups(
                            List.of(name), new DescribeShareGroupsOptions().includeAuthorizedOperations(true))
                    .describedGroups()
                    .get(name)
                    .get()
                    .authorizedOperations();
            return operations == null || operations.contains(operation);
        } catch (ExecutionException e) {
            return allowedUnlessRefused(e, GroupIdNotFoundException.class, UnsupportedVersionException.class);
        }
    }

    private boolean allowsTransactions(String transactionalId) throws ExecutionException, InterruptedException {
        return isAllowed(
                admin.describeTransactions(List.of(transactionalId)).all(),
                TransactionalIdNotFoundException.class,
                UnsupportedVersionException.class);
    }

    @SafeVarargs
    private static boolean isAllowed(KafkaFuture<?> future, Class<? extends Exception>... harmless)
            throws ExecutionException, InterruptedException {
        try {
            future.get();
            return true;
        } catch (ExecutionException e) {
            return allowedUnlessRefused(e, harmless);
        }
    }

    /** False where the brokers refuse it, true where they got as far as one of the harmless errors. */
    @SafeVarargs
    private static boolean allowedUnlessRefused(ExecutionException e, Class<? extends Exception>... harmless)
            throws ExecutionException {
        if (e.getCause() instanceof AuthorizationException) {
            return false;
        }
        for (Class<? extends Exception> error : harmless) {
            if (error.isInstance(e.getCause())) {
                return true;
            }
        }
        throw e;
    }
}
