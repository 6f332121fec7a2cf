package dev.semantica.console;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.RequestStatuses;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.schemas.ControlAction;
import dev.semantica.schemas.RequestControl;
import dev.semantica.schemas.RequestState;
import dev.semantica.schemas.RequestStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands about one request on a cluster. */
final class RequestCommands {

    private static final Set<RequestState> ENDS =
            Set.of(RequestState.COMPLETED, RequestState.PARTIAL, RequestState.FAILED);

    private RequestCommands() {}

    @Command(name = "status", description = "Shows where a request stands.")
    static final class Status implements Callable<Integer> {
        @Parameters(paramLabel = "REQUEST", description = "The request.")
        private String requestId;

        @Option(names = "--watch", description = "Follow it until it has ended.")
        private boolean watch;

        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            Settings settings = common.settings();
            Connection connection = Connection.of(ConnectionConfig.from(settings));
            PermissionCheck.require(Application.STATUS, connection, settings);
            try (RequestStatuses statuses = new RequestStatuses(connection, requestId)) {
                RequestStatus status = statuses.latest();
                if (status == null && !watch) {
                    throw new ConfigurationException("No request '" + requestId + "' is known at "
                            + connection.config().bootstrapServers() + "; check the name, or wait with --watch");
                }
                if (status != null) {
                    print(status);
                }
                while (watch && (status == null || !ended(status))) {
                    RequestStatus next = statuses.next(Duration.ofSeconds(1));
                    if (next != null) {
                        status = next;
                        print(status);
                    }
                }
                return status != null && status.getVariationsFailed() > 0 ? ExitCode.INCOMPLETE : ExitCode.OK;
            }
        }

        private static boolean ended(RequestStatus status) {
            return ENDS.contains(status.getState())
                    || (status.getState() == RequestState.CANCELLED && status.getImagesEnded() >= status.getImages());
        }

        private void print(RequestStatus status) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("%s  %-9s  images %d/%s  variations %d of %d made, %d failed%s%s"
                    .formatted(
                            status.getUpdatedAt(),
                            status.getState(),
                            status.getImagesEnded(),
                            status.getImagesExpected() == null ? "?" : status.getImagesExpected(),
                            status.getVariationsMade(),
                            status.getVariationsWanted(),
                            status.getVariationsFailed(),
                            status.getFailures().isEmpty() ? "" : " " + new TreeMap<>(status.getFailures()),
                            status.getReason() == null ? "" : " (" + status.getReason() + ")"));
            out.flush();
        }
    }

    @Command(name = "cancel", description = "Cancels a request: what is not sampled yet ends as a failure.")
    static final class Cancel implements Callable<Integer> {
        @Parameters(paramLabel = "REQUEST", description = "The request.")
        private String requestId;

        @Option(names = "--reason", paramLabel = "TEXT", description = "Why; shown in the request's status.")
        private String reason;

        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws InterruptedException, ExecutionException {
            Settings settings = common.settings();
            Connection connection = Connection.of(ConnectionConfig.from(settings));
            PermissionCheck.require(Application.CANCEL, connection, settings);
            try (Producer<String, RequestControl> producer =
                    connection.producer(connection.topics().requestControls())) {
                producer.send(new ProducerRecord<>(
                                connection.topics().requestControls().name(),
                                requestId,
                                new RequestControl(requestId, ControlAction.CANCEL, null, reason)))
                        .get();
            }
            spec.commandLine().getOut().println("cancelled " + requestId);
            return ExitCode.OK;
        }
    }
}
