package dev.semantica.console;

import dev.semantica.console.cluster.Applications;
import dev.semantica.console.cluster.Connection;
import dev.semantica.console.cluster.TopologyReset;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.streams.StreamsAppConfig;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code semantica reset}. */
@Command(
        name = "reset",
        description = {
            "Lets the topology begin anew: forgets its offsets, internal topics and state folder.",
            "Without --execute it only lists them. Refuses while the topology runs."
        })
final class ResetCommand implements Callable<Integer> {

    @Option(names = "--execute", description = "Do it. What image-events still retains is then done again as new.")
    private boolean execute;

    @Mixin
    private CommonOptions common;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        Settings settings = common.settings();
        Connection connection = Applications.connect(settings, StreamsAppConfig.CONFIG);
        PermissionCheck.require(Application.RESET, connection, settings);
        PrintWriter out = spec.commandLine().getOut();
        try (Admin admin = connection.admin()) {
            TopologyReset reset = TopologyReset.plan(admin, Applications.streamsConfig(settings));
            List<String> steps = reset.steps();
            steps.forEach(step -> out.println((execute ? "" : "would ") + step));
            if (execute) {
                reset.execute(admin);
            }
            out.println(
                    steps.isEmpty() ? "nothing to reset" : execute ? "done" : "nothing was changed; --execute does it");
            out.flush();
        }
        return ExitCode.OK;
    }
}
