package dev.semantica.console;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Holds a process that is told to stop (SIGTERM, Ctrl-C) until it has closed what it had opened. */
final class OnShutdown {

    private static final int PATIENCE_SECONDS = 60;

    private OnShutdown() {}

    /**
     * Runs a task that lasts until the process is told to stop, or until it ends by itself.
     *
     * @param stop makes the task end; called when the process is told to stop
     * @param task returns when everything is closed
     * @return what the task returns
     */
    static <T> T run(Runnable stop, Callable<T> task) throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            stop.run();
                            await(ended);
                        },
                        "shutdown"));
        try {
            return task.call();
        } finally {
            ended.countDown();
        }
    }

    private static void await(CountDownLatch ended) {
        try {
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                Thread.currentThread().interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
