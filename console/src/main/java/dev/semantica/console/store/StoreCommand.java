package dev.semantica.console.store;

import dev.semantica.console.cluster.Connection;
import dev.semantica.console.config.ClaimCheckConfig;
import dev.semantica.console.config.ConfigurationException;
import dev.semantica.console.config.ConnectionConfig;
import dev.semantica.console.config.Settings;
import dev.semantica.console.security.Application;
import dev.semantica.console.security.PermissionCheck;
import dev.semantica.console.terminal.CommonOptions;
import dev.semantica.console.terminal.ExitCode;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.StoredObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code semantica store}. */
@Command(
        name = "store",
        description = "Looks after the stores that large images are kept in.",
        subcommands = StoreCommand.CollectGarbage.class)
public final class StoreCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing command: gc");
    }

    @Command(
            name = "gc",
            description = {
                "Deletes objects in sources.store and variations.store that no record on the topics references any more.",
                "",
                "Whoever reads variations and keeps their references must copy the objects: they go when the records do.",
                ""
            })
    static final class CollectGarbage implements Callable<Integer> {
        @Option(names = "--dry-run", description = "Only say what would be deleted.")
        private boolean dryRun;

        @Option(
                names = "--grace",
                defaultValue = "PT24H",
                paramLabel = "DURATION",
                description = "Keep what is younger, in ISO 8601 (default: ${DEFAULT-VALUE}). It must be longer than an"
                        + " image may be on its way (request.timeout.ms).")
        private Duration grace;

        @Mixin
        private CommonOptions common;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            if (grace.isNegative()) {
                throw new ConfigurationException("--grace must not be negative, but is " + grace);
            }
            Settings settings = common.settings();
            Connection connection = Connection.of(ConnectionConfig.from(settings));
            ClaimCheckConfig claims = connection.config().claims();
            Set<URI> folders = Stream.of(claims.sources(), claims.variations())
                    .filter(Objects::nonNull)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (folders.isEmpty()) {
                throw new ConfigurationException(
                        "Neither sources.store nor variations.store is set; set them as producers and workers have them");
            }
            PermissionCheck.require(Application.STORE_GC, connection, settings);
            try (ObjectStore store = ObjectStores.open(claims.access())) {
                ObjectStore patient = ObjectStores.patient(store, claims.access());
                StoreCleaning cleaning =
                        new StoreCleaning(patient, Instant.now().minus(grace));
                for (URI folder : folders) {
                    clean(cleaning, folder, connection);
                }
            } catch (IllegalStateException e) {
                throw new ConfigurationException(e.getMessage());
            }
            return ExitCode.OK;
        }

        private void clean(StoreCleaning cleaning, URI folder, Connection connection) throws IOException {
            PrintWriter out = spec.commandLine().getOut();
            StoreCleaning.Findings findings = cleaning.find(folder, () -> References.read(connection));
            long deleted = 0;
            for (StoredObject orphan : findings.orphans()) {
                if (dryRun) {
                    out.println("would delete  " + orphan.uri() + "  " + orphan.size() + " bytes, written "
                            + orphan.lastModified());
                } else if (cleaning.delete(orphan)) {
                    deleted++;
                }
            }
            out.println("%s: %d objects, %d bytes; %d referenced, %d younger than %s, %d orphans of %d bytes%s"
                    .formatted(
                            folder,
                            findings.objects(),
                            findings.bytes(),
                            findings.referenced(),
                            findings.young(),
                            grace,
                            findings.orphans().size(),
                            findings.orphanBytes(),
                            dryRun ? ", nothing deleted (--dry-run)" : ", " + deleted + " deleted"));
            out.flush();
        }
    }
}
