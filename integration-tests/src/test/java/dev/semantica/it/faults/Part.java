package dev.semantica.it.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process of the system: killed, halted, started again, as a supervisor would. */
final class Part implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String name;
    private final List<String> command;
    private final Path log;
    private final Readiness readiness;
    private Process process;
    private long from;

    /** When a part that was started serves. */
    interface Readiness {
        /** Whether it serves, from what it printed since it was started, or from what it answers. */
        boolean holds(String said) throws Exception;
    }

    Part(String name, List<String> command, Path folder, Readiness readiness) {
        this.name = name;
        this.command = command;
        this.log = folder.resolve(name + ".log");
        this.readiness = readiness;
    }

    String name() {
        return name;
    }

    /** Starts it and waits until it serves; one that ends before is started again. */
    void start() throws Exception {
        launch();
        awaitServing();
    }

    void awaitServing() throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!serves()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(name + " does not serve:\n" + end());
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
    }

    /** Whether it serves; starts it again if it has ended. */
    boolean serves() throws Exception {
        if (!process.isAlive()) {
            System.err.println(name + " ended with " + process.exitValue() + " while it started; again\n" + end());
            launch();
        }
        return readiness.holds(said());
    }

    void launch() throws IOException {
        from = Files.exists(log) ? Files.size(log) : 0;
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            throw new AssertionError(name + " survived SIGKILL");
        }
    }

    /** SIGSTOP: it neither answers nor closes its connections. */
    void halt() throws Exception {
        signal("STOP");
    }

    /** SIGCONT. */
    void goOn() throws Exception {
        signal("CONT");
    }

    private void signal(String signal) throws Exception {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    boolean alive() {
        return process.isAlive();
    }

    /** The last of what it said. */
    String end() throws IOException {
        String text = Files.readString(log);
        return "== " + name + "\n" + text.substring(Math.max(0, text.length() - 3000));
    }

    private String said() throws IOException {
        byte[] all = Files.readAllBytes(log);
        return new String(all, (int) from, (int) (all.length - from), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
        }
    }
}
