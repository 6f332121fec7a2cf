package dev.semantica.console;

import dev.semantica.broker.EmbeddedBroker;
import dev.semantica.broker.EmbeddedBrokerConfig;
import dev.semantica.broker.EmbeddedBrokerException;
import dev.semantica.console.cluster.Applications;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.Reachability;
import dev.semantica.console.cluster.Tracing;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.LogConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.health.ProcessHealth;
import dev.semantica.console.health.WorkerMetrics;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.console.terminal.Logs;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.queue.BatchQueueException;
import dev.semantica.sampler.worker.SamplerWorker;
import dev.semantica.sampler.worker.WorkerBundles;
import dev.semantica.sampler.worker.WorkerConfig;
import dev.semantica.streams.StreamsAppConfig;
import dev.semantica.streams.StreamsApplication;
import dev.semantica.streams.StreamsStartException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands that run until they are stopped. */
final class ServerCommands {

    private ServerCommands() {}

    @Command(name = "streams", description = "Runs the topology: batching by request, results, status.")
    static final class Streams implements Callable<Integer> {
        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Settings settings = common.settings();
            Connection connection = Applications.connect(settings, StreamsAppConfig.CONFIG);
            PermissionCheck permissions = new PermissionCheck(Application.STREAMS, connection, settings);
            refuse(problems(connection, permissions));
            try (StreamsApplication application = Applications.startStreams(connection, settings);
                    ProcessHealth health = ProcessHealth.start(
                            settings,
                            connection,
                            () -> application.failure().map(Throwable::toString),
                            application::idleBecause,
                            StreamsAppConfig.CONFIG,
                            registry -> {})) {
                permissions.requireInternalTopics(() -> application.failure().isPresent());
                Logs.show(LogConfig.from(settings));
                say(spec, "semantica streams: started on " + connection.config().bootstrapServers() + watched(health));
                return OnShutdown.run(application::close, () -> {
                    application.awaitEnd();
                    application.failure().ifPresent(failure -> say(spec, "semantica streams: ended by " + failure));
                    return application.failure().isPresent() ? ExitCode.FAILURE : ExitCode.OK;
                });
            } catch (StreamsStartException e) {
                throw new ConfigurationException(e.problems());
            }
        }
    }

    @Command(name = "worker", description = "Runs a sampler worker: takes batches, makes variations.")
    static final class Worker implements Callable<Integer> {
        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            Settings settings = common.settings();
            Connection connection = Applications.connect(settings, WorkerConfig.CONFIG);
            WorkerConfig config = Applications.workerConfig(settings);
            PermissionCheck permissions = new PermissionCheck(Application.WORKER, connection, settings);
            WorkerBundles bundles = load(config, connection, permissions);
            WorkerMetrics metrics = new WorkerMetrics(InstantSource.system());
            Logs.show(LogConfig.from(settings));
            try (Tracing tracing = Tracing.from(System.getenv());
                    SamplerWorker worker = SamplerWorker.start(
                            connection.topics(),
                            config,
                            bundles,
                            connection.clientSettings(),
                            metrics,
                            tracing.tracer());
                    ProcessHealth health = ProcessHealth.start(
                            settings,
                            connection,
                            () -> trouble(worker),
                            () -> trouble(worker),
                            WorkerConfig.CONFIG,
                            metrics)) {
                metrics.watch(worker);
                say(
                        spec,
                        "semantica worker: serves " + config.bundles() + " on "
                                + connection.config().bootstrapServers() + watched(health));
                return OnShutdown.run(worker::close, () -> {
                    worker.awaitEnd();
                    return worker.failure() == null ? ExitCode.OK : ExitCode.FAILURE;
                });
            } catch (BatchQueueException | IllegalArgumentException e) {
                throw new ConfigurationException(e.getMessage());
            }
        }
    }

    /** Loads the bundles and asks whether the cluster answers; everything that is wrong shows at once. */
    private static WorkerBundles load(WorkerConfig config, Connection connection, PermissionCheck permissions) {
        List<String> problems = new ArrayList<>();
        WorkerBundles bundles = null;
        try {
            bundles = WorkerBundles.load(config);
        } catch (BundleException e) {
            problems.addAll(e.problems());
        }
        problems.addAll(problems(connection, permissions));
        if (bundles != null && !problems.isEmpty()) {
            bundles.close();
        }
        refuse(problems);
        return bundles;
    }

    /** What is wrong with the cluster. What a broker that does not answer would allow is not asked. */
    private static List<String> problems(Connection connection, PermissionCheck permissions) {
        List<String> problems = Reachability.problems(connection);
        return problems.isEmpty() ? permissions.problems() : problems;
    }

    private static void refuse(List<String> problems) {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    @Command(
            name = "broker",
            description = "Runs a Kafka broker of one node on the loopback interface, for development and tests.")
    static final class Broker implements Callable<Integer> {
        @Option(
                names = "--directory",
                required = true,
                paramLabel = "DIR",
                description = "Where it keeps its data; taken up again if it is there.")
        private Path directory;

        @Option(
                names = "--port",
                defaultValue = "9092",
                paramLabel = "PORT",
                description = "Port to listen on, 0 for any (default: ${DEFAULT-VALUE}).")
        private int port;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws Exception {
            CountDownLatch ended = new CountDownLatch(1);
            return OnShutdown.run(ended::countDown, () -> serve(ended));
        }

        private int serve(CountDownLatch ended) throws InterruptedException {
            AtomicReference<String> broken = new AtomicReference<>();
            try (EmbeddedBroker broker =
                    EmbeddedBroker.start(new EmbeddedBrokerConfig(directory, port, Map.of()), fault -> {
                        if (fault.fatal()) {
                            broken.set(fault.message());
                            ended.countDown();
                        }
                    })) {
                say(spec, "semantica broker: listens on " + broker.bootstrapServers());
                ended.await();
            } catch (EmbeddedBrokerException | IllegalArgumentException e) {
                throw new ConfigurationException(e.getMessage());
            }
            if (broken.get() != null) {
                say(spec, "semantica broker: broke: " + broken.get());
                return ExitCode.FAILURE;
            }
            return ExitCode.OK;
        }
    }

    private static Optional<String> trouble(SamplerWorker worker) {
        return Optional.ofNullable(worker.failure()).map(Throwable::toString);
    }

    private static String watched(ProcessHealth health) {
        return health.address()
                .map(address -> ", watched on http://" + address.getHostString() + ":" + address.getPort())
                .orElse("");
    }

    private static void say(CommandSpec spec, String message) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(message);
        out.flush();
    }
}
