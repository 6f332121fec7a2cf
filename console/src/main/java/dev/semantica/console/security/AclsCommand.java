package dev.semantica.console.security;

import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.terminal.CommonOptions;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourcePattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code semantica acls}. */
@Command(
        name = "acls",
        description = {
            "Prints the least that each application needs on a cluster with an authoriser, as kafka-acls.sh commands.",
            "",
            "Topics, groups and application.id are named as the settings say. Nothing is changed on any cluster.",
            ""
        },
        sortOptions = false)
public final class AclsCommand implements Runnable {

    @Option(names = "--application", paramLabel = "NAME", description = "Only this one (default: all).")
    private String application;

    @Option(
            names = "--principal",
            paramLabel = "TYPE:NAME",
            description = "Whom to allow it (default: User:semantica- and the application's name).")
    private String principal;

    @Option(
            names = "--connector",
            paramLabel = "NAME",
            defaultValue = ResourceNames.DEFAULT_SINK,
            description = "The sink connector's name (default: ${DEFAULT-VALUE}).")
    private String connector;

    @Option(
            names = "--connect-group",
            paramLabel = "NAME",
            defaultValue = ResourceNames.DEFAULT_CONNECT_GROUP,
            description =
                    "The Kafka Connect workers' group, and what their topics begin with (default: ${DEFAULT-VALUE}).")
    private String connectGroup;

    @Option(names = "--bad-records", paramLabel = "TOPIC", description = "A connector's topic for bad records.")
    private String badRecords;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        if (principal != null && !principal.matches("[A-Za-z]+:[^'\\s]+")) {
            throw new ConfigurationException(
                    "--principal must be TYPE:NAME, for example User:semantica-worker, but is '" + principal + "'");
        }
        ResourceNames names = ResourceNames.from(common.settings(), connectGroup, connector, badRecords);
        PrintWriter out = spec.commandLine().getOut();
        for (Application chosen : chosen()) {
            String whom = principal == null ? "User:semantica-" + chosen.wireName() : principal;
            out.println("# " + chosen.title());
            byResource(Permissions.of(chosen, names))
                    .forEach((resource, operations) -> out.println(line(resource, operations, whom)));
        }
        out.flush();
    }

    private List<Application> chosen() {
        if (application == null) {
            return List.of(Application.values());
        }
        return List.of(Application.byWireName(application)
                .orElseThrow(() -> new ConfigurationException("There is no application '" + application
                        + "'; --application takes one of " + Application.wireNames())));
    }

    private static Map<ResourcePattern, List<AclOperation>> byResource(List<Permission> permissions) {
        Map<ResourcePattern, List<AclOperation>> operations = new LinkedHashMap<>();
        permissions.forEach(permission -> operations
                .computeIfAbsent(permission.resource(), unused -> new ArrayList<>())
                .add(permission.operation()));
        return operations;
    }

    private static String line(ResourcePattern resource, List<AclOperation> operations, String whom) {
        return "kafka-acls.sh --bootstrap-server \"$BROKERS\" --command-config admin.properties --add --allow-principal '"
                + whom + "' "
                + operations.stream()
                        .map(operation -> "--operation " + Permission.operationName(operation))
                        .collect(Collectors.joining(" "))
                + " --"
                + resource.resourceType().name().toLowerCase(Locale.ROOT).replace('_', '-')
                + " '" + resource.name() + "'"
                + " --resource-pattern-type "
                + resource.patternType().name().toLowerCase(Locale.ROOT);
    }
}
