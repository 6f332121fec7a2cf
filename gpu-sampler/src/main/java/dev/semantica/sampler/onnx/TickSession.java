package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves rows by calls of a {@link TickGraph}: all rows in one call on all threads, or, where they divide evenly, a part on
 * each thread. Threads that share a call wait for one another at every operator, so whatever takes one of them from the
 * processor for a moment holds up all; parts wait once a tick.
 */
final class TickSession implements Stepper<Condition>, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TickSession.class);

    private final List<OrtSession> sessions = new ArrayList<>();
    private final Function<OrtSession, TickCall> calls;
    private final TickCall whole;
    private final List<TickCall> parts = new ArrayList<>();
    private final ExecutorService threads;
    private int mostParts;
    private Supplier<OrtSession> onOneThread;
    private long nanosInGraph;

    /**
     * A stepper that owns its sessions.
     *
     * @param session computes on all threads
     * @param calls makes the calls of a session
     * @param mostParts how many parts rows are divided in; 1: never
     * @param onOneThread opens a session that serves all parts, when rows are divided for the first time
     */
    TickSession(
            OrtSession session, Function<OrtSession, TickCall> calls, int mostParts, Supplier<OrtSession> onOneThread) {
        this.sessions.add(session);
        this.calls = calls;
        this.whole = calls.apply(session);
        this.mostParts = mostParts;
        this.onOneThread = onOneThread;
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "tick-part");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public int tick(List<Row<Condition>> rows) {
        List<Row<Condition>> active = rows.stream().filter(Row::active).toList();
        if (active.isEmpty()) {
            return 0;
        }
        List<List<Row<Condition>>> divided = RowParts.of(active, mostParts);
        if (divided.size() > 1 && parts.isEmpty() && !openParts()) {
            divided = List.of(active);
        }
        List<TickCall> used = divided.size() == 1 ? List.of(whole) : parts;
        int entries = compute(used, divided);
        used.forEach(TickCall::take);
        nanosInGraph += used.stream().mapToLong(TickCall::nanosInGraph).max().orElseThrow();
        return entries;
    }

    /** Not when a bundle is loaded: the first variation would wait for it, and it goes alone. */
    private boolean openParts() {
        try {
            OrtSession session = onOneThread.get();
            sessions.add(session);
            for (int part = 0; part < mostParts; part++) {
                parts.add(calls.apply(session));
            }
        } catch (EngineException e) {
            LOG.warn("Rows are not divided among threads, which would be faster: {}", e.getMessage());
            mostParts = 1;
        }
        // It holds the graph's bytes.
        onOneThread = null;
        return mostParts > 1;
    }

    /** The first part on this thread, the others beside it; waits for all, whether they succeed or not. */
    private int compute(List<TickCall> used, List<List<Row<Condition>>> divided) {
        List<CompletableFuture<Integer>> results = new ArrayList<>();
        for (int i = used.size() - 1; i >= 0; i--) {
            TickCall call = used.get(i);
            List<Row<Condition>> part = divided.get(i);
            results.add(CompletableFuture.supplyAsync(() -> call.compute(part), i == 0 ? Runnable::run : threads));
        }
        EngineException failure = null;
        CompletionException unexpected = null;
        int entries = 0;
        for (CompletableFuture<Integer> result : results) {
            try {
                entries += result.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof EngineException cause) {
                    failure = worse(failure, cause);
                } else {
                    unexpected = e;
                }
            }
        }
        if (unexpected != null) {
            throw unexpected;
        }
        if (failure != null) {
            throw failure;
        }
        return entries;
    }

    /** Of two failures the one to tell: that memory is short changes what is done next. */
    private static EngineException worse(EngineException known, EngineException found) {
        return known == null || (!known.outOfMemory() && found.outOfMemory()) ? found : known;
    }

    /** Time that ticks have spent in the graph, of each tick the part that took longest. */
    long nanosInGraph() {
        return nanosInGraph;
    }

    /** Frees the tensors, then the sessions. */
    @Override
    public void close() {
        threads.shutdown();
        whole.close();
        parts.forEach(TickCall::close);
        for (OrtSession session : sessions) {
            try {
                session.close();
            } catch (OrtException e) {
                throw new EngineException("Closing the denoiser failed: " + e.getMessage(), e);
            }
        }
    }
}
