package dev.semantica.console.security;

import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;

/**
 * An operation on a resource.
 *
 * @param operation what may be done; {@code READ} and {@code WRITE} include {@code DESCRIBE}
 * @param resource to what: one of a name, or all whose names begin alike
 */
public record Permission(AclOperation operation, ResourcePattern resource) {

    /** As an ACL that allows it from every host. */
    public AclBinding allowedTo(String principal) {
        return new AclBinding(resource, new AccessControlEntry(principal, "*", operation, AclPermissionType.ALLOW));
    }

    boolean prefixed() {
        return resource.patternType() == PatternType.PREFIXED;
    }

    /** For messages: {@code Write on topic dead-letters}. */
    @Override
    public String toString() {
        return "%s on %s %s%s"
                .formatted(
                        operationName(operation),
                        resource.resourceType().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                        resource.name(),
                        prefixed() ? "*" : "");
    }

    /** As {@code kafka-acls.sh} writes it: {@code DescribeConfigs}. */
    static String operationName(AclOperation operation) {
        return Stream.of(operation.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }
}
