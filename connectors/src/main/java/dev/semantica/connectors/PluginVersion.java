package dev.semantica.connectors;

/** The release that a plug-in is of, as Connect's REST interface shows it. */
public final class PluginVersion {

    private PluginVersion() {}

    /** The release's version, or {@code development} where classes do not come from a released jar. */
    public static String get() {
        String version = PluginVersion.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
