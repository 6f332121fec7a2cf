package dev.semantica.console.terminal;

/** What the command's exit codes mean. */
public final class ExitCode {

    /** Everything was done. */
    public static final int OK = 0;
    /** Something unexpected failed. */
    public static final int FAILURE = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** The configuration, the cluster or a bundle is wrong; nothing was started. */
    public static final int CONFIGURATION = 3;
    /** It ran to the end, but some variations could not be made, or an image was not reproduced. */
    public static final int INCOMPLETE = 4;
    /** It was stopped by the user. */
    public static final int INTERRUPTED = 130;

    private ExitCode() {}
}
