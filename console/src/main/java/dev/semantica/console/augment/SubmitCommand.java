package dev.semantica.console.augment;

import dev.semantica.console.cluster.Claims;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.RequestControl;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code semantica submit}. */
@Command(
        name = "submit",
        description = "Sends pictures to a cluster as one request and prints its name; the variations come on a topic.",
        sortOptions = false)
public final class SubmitCommand implements Callable<Integer> {

    @Parameters(arity = "1..*", paramLabel = "DIR|FILE", description = "Folders and pictures.")
    private List<Path> inputs;

    @Option(
            names = {"-n", "--variations"},
            paramLabel = "N",
            defaultValue = "4",
            description = "Variations of each picture (default: ${DEFAULT-VALUE}).")
    private int variations;

    @Option(names = "--request", paramLabel = "NAME", description = "Name of the request (default: made up).")
    private String requestId;

    @Mixin
    private SeedFlag seed;

    @Mixin
    private SamplingFlags sampling;

    @Option(names = "--bundle", paramLabel = "NAME", description = "Bundle (default: the workers').")
    private String bundle;

    @Option(names = "--interactive", description = "Ahead of bulk requests.")
    private boolean interactive;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (variations < 1) {
            throw new ConfigurationException("--variations must be at least 1, but is " + variations);
        }
        List<SourceImage> sources = SourceScan.scan(inputs, Path.of("variations"));
        Settings settings = common.settings();
        Connection connection = Connection.of(ConnectionConfig.from(settings));
        PermissionCheck.require(Application.SUBMIT, connection, settings);
        String name = requestId == null ? "request-" + UUID.randomUUID() : requestId;
        ImageEvents request = new ImageEvents(
                name,
                sources.size(),
                sampling.with(seed.seed(), bundle),
                interactive ? Priority.INTERACTIVE : Priority.BULK);
        List<FailureLine> failures = new ArrayList<>();
        try (Producer<String, ImageEvent> events =
                        connection.producer(connection.topics().imageEvents());
                Producer<String, RequestControl> controls =
                        connection.producer(connection.topics().requestControls());
                Claims claims = new Claims(connection.config().claims())) {
            new Submission(
                            connection.topics(),
                            events,
                            controls,
                            connection.config().maxMessageBytes(),
                            claims)
                    .send(
                            sources,
                            variations,
                            request,
                            Existing.NONE,
                            new RequestTracker(),
                            () -> false,
                            failures::add);
        }
        PrintWriter err = spec.commandLine().getErr();
        failures.forEach(failure -> err.println("not sent: " + failure.source() + ": " + failure.message()));
        spec.commandLine().getOut().println(name);
        return failures.isEmpty() ? ExitCode.OK : ExitCode.INCOMPLETE;
    }
}
