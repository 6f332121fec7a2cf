package dev.semantica.console;

import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** What is running. */
final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"semantica " + own(), "kafka " + AppInfoParser.getVersion(), "java " + Runtime.version()};
    }

    static String own() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
