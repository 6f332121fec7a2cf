package dev.semantica.sampler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.diffusion.Guidance;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.onnx.PagesLab;
import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.Priority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who goes when, and who pays for what goes wrong. A call of the model takes 10 ms of the test's clock. */
class ContinuousBatchTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration CALL = Duration.ofMillis(10);
    private static final int STEPS = 3;

    private static Bundle lab;

    private final Collected ends = new Collected();
    private FakeBundle bundle;
    private Instant now = START;

    @BeforeAll
    static void read() throws BundleException {
        lab = Bundle.read(PagesLab.DIRECTORY);
    }

    @BeforeEach
    void clock() {
        bundle = new FakeBundle(lab);
        bundle.duringCall = () -> now = now.plus(CALL);
    }

    @Test
    void rowsJoinAtAnyStepAndLeaveWhenDone() {
        ContinuousBatch<String> batch = batch(4, 0.25);
        batch.add(series("a", 2, 6));
        ticks(batch, 3);
        batch.add(series("b", 1, 2));
        finish(batch);

        // Rows go one by one until a variation was made, the smaller request's first; then the others join.
        assertThat(ends.pictures.keySet()).containsExactly("b/0", "a/0", "a/1");
        assertThat(bundle.calls).containsExactly(1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1);
    }

    @Test
    void aTickTakesAtMostMaxRows() {
        ContinuousBatch<String> batch = warm(3, 0.25);
        batch.add(series("a", 10, 4));
        finish(batch);

        assertThat(bundle.calls).allSatisfy(entries -> assertThat(entries).isLessThanOrEqualTo(3));
        assertThat(ends.pictures).hasSize(10 + 1);
    }

    /** First come, first served, the small request would wait for 12,500 ticks. */
    @Test
    void aRequestOfTenThousandRowsDoesNotHoldUpOneOfFour() {
        ContinuousBatch<String> batch = warm(4, 0.25);
        for (int i = 0; i < 100; i++) {
            batch.add(series("large", "large" + i, 100, 5, Priority.BULK, null));
        }
        ticks(batch, 20);
        batch.add(series("small", 4, 5));
        int waited = 0;
        while (!ends.pictures.containsKey("small/3")) {
            batch.tick();
            waited++;
        }

        assertThat(waited).isLessThanOrEqualTo(7);
        assertThat(ends.failures).isEmpty();
    }

    @Test
    void equalRequestsShareTheDeviceEqually() {
        ContinuousBatch<String> batch = warm(2, 0.25);
        for (int i = 0; i < 20; i++) {
            batch.add(series("a", "a" + i, 2, 4, Priority.BULK, null));
        }
        for (int i = 0; i < 20; i++) {
            batch.add(series("b", "b" + i, 2, 4, Priority.BULK, null));
        }
        ticks(batch, 80);

        long a = ends.pictures.keySet().stream()
                .filter(row -> row.startsWith("a"))
                .count();
        long b = ends.pictures.keySet().stream()
                .filter(row -> row.startsWith("b"))
                .count();
        assertThat(Math.abs(a - b)).isLessThanOrEqualTo(4);
    }

    @Test
    void interactiveRowsGoBeforeBulkOnesThatKeepTheirShare() {
        ContinuousBatch<String> batch = warm(4, 0.25);
        batch.add(series("bulk", "bulk", 1000, 10, Priority.BULK, null));
        ticks(batch, 5);
        int before = bundle.calls.size();
        batch.add(series("now", "now", 4, 12, Priority.INTERACTIVE, null));
        int ticks = 0;
        while (!ends.pictures.containsKey("now/3")) {
            batch.tick();
            ticks++;
        }

        int evaluations = bundle.calls.subList(before, bundle.calls.size()).stream()
                .mapToInt(Integer::intValue)
                .sum();
        assertThat(evaluations - 4 * 12).as("bulk's share").isBetween(12, 18);
        assertThat(ticks).isLessThanOrEqualTo(18);
    }

    @Test
    void withoutAShareBulkWaitsUntilInteractiveIsDone() {
        ContinuousBatch<String> batch = warm(4, 0);
        batch.add(series("bulk", "bulk", 8, 3, Priority.BULK, null));
        batch.add(series("now", "now", 8, 3, Priority.INTERACTIVE, null));
        ticks(batch, 6);

        assertThat(ends.pictures.keySet())
                .filteredOn(row -> row.startsWith("now"))
                .hasSize(8);
        assertThat(ends.pictures.keySet())
                .filteredOn(row -> row.startsWith("bulk"))
                .isEmpty();
        finish(batch);
        assertThat(ends.pictures).hasSize(17);
    }

    @Test
    void aCancelTakesEffectAtTheNextTick() {
        FailureReason[] reason = {null};
        ContinuousBatch<String> batch = warm(2, 0.25);
        batch.add(series("a", "a", 3, 5, Priority.BULK, () -> reason[0], null, 1, Guidance.NONE));
        ticks(batch, 2);
        int calls = bundle.calls.size();
        reason[0] = FailureReason.CANCELLED;
        batch.tick();

        assertThat(bundle.calls).hasSize(calls);
        assertThat(ends.failures).containsOnlyKeys("a/0", "a/1", "a/2").containsValue(FailureReason.CANCELLED);
        assertThat(batch.idle()).isTrue();
    }

    @Test
    void aDeadlineThatCannotBeKeptFailsBeforeItPasses() {
        ContinuousBatch<String> batch = warm(2, 0.25);
        batch.add(series("late", "late", 1, 50, Priority.BULK, () -> null, now.plusMillis(200), 1, Guidance.NONE));
        batch.add(series("fine", "fine", 1, 10, Priority.BULK, () -> null, now.plusMillis(200), 1, Guidance.NONE));
        batch.tick();

        assertThat(ends.failures).containsOnlyKeys("late/0").containsValue(FailureReason.DEADLINE_EXCEEDED);
        assertThat(ends.messages.get("late/0")).contains("50 steps left");
        finish(batch);
        assertThat(ends.pictures).containsKey("fine/0");
    }

    @Test
    void aRowWithoutNumbersFailsAloneWithItsCause() {
        ContinuousBatch<String> batch = warm(4, 0.25);
        batch.add(series("nan", "nan", 1, 3, Priority.BULK, () -> null, null, 255, Guidance.NONE));
        batch.add(series("fine", 2, 3));
        finish(batch);

        assertThat(ends.failures).containsOnlyKeys("nan/0").containsValue(FailureReason.NOT_FINITE);
        assertThat(ends.messages.get("nan/0")).contains("Step 1 of 3").contains("not finite");
        assertThat(ends.pictures).containsKeys("fine/0", "fine/1");
    }

    @Test
    void aCallThatBreaksCostsOnlyTheRowThatBreaksIt() {
        ContinuousBatch<String> batch = warm(4, 0.25);
        batch.add(series("fine", 2, 3));
        batch.add(series("guilty", "guilty", 1, 3, Priority.BULK, () -> null, null, 254, Guidance.NONE));
        finish(batch);

        assertThat(ends.failures).containsOnlyKeys("guilty/0").containsValue(FailureReason.ENGINE_ERROR);
        assertThat(ends.messages.get("guilty/0")).contains("illegal memory access");
        assertThat(ends.pictures).containsKeys("fine/0", "fine/1");
    }

    @Test
    void whereMemoryIsShortTicksAreSplitAndNoRowIsLost() {
        ContinuousBatch<String> batch = warm(8, 0.25);
        bundle.memoryForEntries = 3;
        batch.add(series("a", 13, 4));
        finish(batch);

        assertThat(ends.failures).isEmpty();
        assertThat(ends.pictures).hasSize(14);
        assertThat(ends.lowered).isNotEmpty();
        assertThat(batch.maxRows()).isBetween(1, 3);
        assertThat(bundle.calls).allSatisfy(entries -> assertThat(entries).isLessThanOrEqualTo(3));
    }

    @Test
    void aRowThatFindsNoMemoryAloneFails() {
        ContinuousBatch<String> batch = warm(4, 0.25);
        bundle.memoryForEntries = 1;
        batch.add(series("guided", "guided", 2, 2, Priority.BULK, () -> null, null, 1, Guidance.of(2)));
        batch.add(series("fine", 2, 2));
        finish(batch);

        assertThat(ends.failures).containsOnlyKeys("guided/0", "guided/1").containsValue(FailureReason.ENGINE_ERROR);
        assertThat(ends.pictures).containsKeys("fine/0", "fine/1");
    }

    @Test
    void withAScalarTimestepOnlyRowsOfTheSameStepGoTogether() {
        bundle.scalarTimestep = true;
        ContinuousBatch<String> batch = warm(4, 0.25);
        batch.add(series("a", 2, 4));
        ticks(batch, 1);
        batch.add(series("b", 2, 4));
        batch.add(series("c", 2, 7));
        finish(batch);

        assertThat(ends.pictures).hasSize(7);
        assertThat(ends.failures).isEmpty();
    }

    @Test
    void guidanceOutsideOfItsIntervalCostsNoSecondEvaluation() {
        ContinuousBatch<String> batch = warm(1, 0.25);
        int before = bundle.calls.size();
        batch.add(series("a", "a", 1, 10, Priority.BULK, () -> null, null, 1, new Guidance(3, 0.5, 0.9, 0)));
        finish(batch);

        assertThat(bundle.calls.subList(before, bundle.calls.size()))
                .contains(1, 2)
                .startsWith(1)
                .endsWith(1);
    }

    @Test
    void whatIsReadOtherwiseIsDrawnAnewFromTheNextAttemptsSeed() {
        readsAndDraws(10, 1);
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("a", 7, 3, null, () -> null));
        finish(batch);
        batch.add(withAttempts("b", Series.seedOf(7, 2), 1, null, () -> null));
        finish(batch);

        assertThat(ends.drawnAnew).containsExactly("a/0 attempt 1");
        assertThat(ends.drawings.get("a/0").attempt()).isEqualTo(2);
        assertThat(ends.drawings.get("a/0").agreement()).isEqualTo(1);
        assertThat(bundle.decoded.get(1)).isNotEqualTo(bundle.decoded.get(0)).isEqualTo(bundle.decoded.get(2));
    }

    @Test
    void whereNoAttemptAgreesTheBestIsTaken() {
        readsAndDraws(10, 2, 4, 1);
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("a", 7, 3, null, () -> null));
        finish(batch);

        assertThat(ends.drawnAnew).containsExactly("a/0 attempt 1", "a/0 attempt 2");
        assertThat(ends.drawings.get("a/0").attempt()).isEqualTo(2);
        assertThat(ends.drawings.get("a/0").agreement()).isEqualTo(0.5);
        assertThat(ends.drawings.get("a/0").similarity())
                .isEqualTo(Condition.cosine(new float[] {1, 2}, new float[] {1, 1}));
    }

    @Test
    void oneAttemptTakesWhateverIsDrawn() {
        readsAndDraws(10);
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("a", 7, 1, null, () -> null));
        finish(batch);

        assertThat(ends.drawnAnew).isEmpty();
        assertThat(ends.drawings.get("a/0").agreement()).isEqualTo(0.1);
    }

    @Test
    void ofASourceThatTheReaderDoesNotKnowTheFirstDrawingIsTaken() {
        readsAndDraws(10);
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("a", 2, 7, 9, null, () -> null));
        finish(batch);

        assertThat(ends.drawnAnew).isEmpty();
        assertThat(ends.drawings.get("a/0").agreement()).isEqualTo(1);
    }

    @Test
    void whenTimeIsUpTheBestSoFarIsTaken() {
        readsAndDraws(10, 2);
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("a", 7, 9, START.plus(CALL.multipliedBy(2 * STEPS + 1)), () -> null));
        finish(batch);

        assertThat(ends.failures).isEmpty();
        assertThat(ends.drawings.get("a/0").attempt()).isEqualTo(2);
        assertThat(bundle.calls).hasSize(2 * STEPS);
    }

    @Test
    void nobodyGetsTheBestSoFarOfWhatWasCancelled() {
        readsAndDraws(10);
        FailureReason[] reason = {null};
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("a", 7, 9, null, () -> reason[0]));
        ticks(batch, STEPS + 1);
        assertThat(ends.drawnAnew).hasSize(1);
        reason[0] = FailureReason.CANCELLED;
        finish(batch);

        assertThat(ends.failures).containsOnlyKeys("a/0").containsValue(FailureReason.CANCELLED);
        assertThat(ends.pictures).isEmpty();
    }

    @Test
    void anAttemptThatFailsCostsNothingThatWasMadeBefore() {
        readsAndDraws(10, FakeBundle.BROKEN, FakeBundle.BROKEN);
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("a", 7, 9, null, () -> null));
        finish(batch);

        assertThat(ends.failures).isEmpty();
        assertThat(ends.drawings.get("a/0").attempt()).isEqualTo(1);
    }

    @Test
    void whatIsDrawnAnewKeepsItsTurn() {
        readsAndDraws(10, 1);
        ContinuousBatch<String> batch = batch(1, 0.25);
        batch.add(withAttempts("first", 7, 9, null, () -> null));
        for (int i = 0; i < 20; i++) {
            batch.add(series("later" + i, 1, STEPS));
        }
        finish(batch);

        assertThat(ends.pictures.keySet()).startsWith("first/0").hasSize(21);
    }

    private void readsAndDraws(Integer... draws) {
        BundleManifest manifest = lab.manifest();
        BundleManifest.Reader reader = new BundleManifest.Reader(
                List.of(new BundleManifest.Factor("kind", List.of("cup", "tree"), 0.6)), 4, 0.8);
        Bundle reading = new Bundle(
                lab.directory(),
                manifest.withReader("reading", manifest.graphs().get("encoder"), reader, null),
                lab.digest(),
                lab.noiseSchedule(),
                lab.unconditional());
        bundle = new FakeBundle(reading);
        bundle.duringCall = () -> now = now.plus(CALL);
        bundle.draws.addAll(List.of(draws));
    }

    private static Series<String> withAttempts(
            String name, long seed, int attempts, Instant deadline, Supplier<FailureReason> givenUp) {
        return withAttempts(name, 1, seed, attempts, deadline, givenUp);
    }

    private static Series<String> withAttempts(
            String name, int source, long seed, int attempts, Instant deadline, Supplier<FailureReason> givenUp) {
        return new Series<>(
                name,
                name,
                Priority.BULK,
                deadline,
                givenUp,
                FakeBundle.source(source),
                null,
                lab.tabulate(SchedulerKind.DDIM, STEPS),
                Guidance.NONE,
                false,
                seed,
                0,
                1,
                attempts);
    }

    private ContinuousBatch<String> batch(int maxRows, double bulkShare) {
        return new ContinuousBatch<>(bundle, new EngineConfig(maxRows, bulkShare), () -> now, ends);
    }

    /** One that has made a variation, of one step. */
    private ContinuousBatch<String> warm(int maxRows, double bulkShare) {
        ContinuousBatch<String> batch = batch(maxRows, bulkShare);
        batch.add(series("warm-up", 1, 1));
        finish(batch);
        return batch;
    }

    private static void ticks(ContinuousBatch<String> batch, int count) {
        for (int i = 0; i < count; i++) {
            batch.tick();
        }
    }

    private static void finish(ContinuousBatch<String> batch) {
        for (int i = 0; !batch.idle(); i++) {
            assertThat(i).as("ticks").isLessThan(20_000);
            batch.tick();
        }
    }

    private static Series<String> series(String name, int count, int steps) {
        return series(name, name, count, steps, Priority.BULK, null);
    }

    private static Series<String> series(
            String request, String name, int count, int steps, Priority priority, Instant deadline) {
        return series(request, name, count, steps, priority, () -> null, deadline, 1, Guidance.NONE);
    }

    private static Series<String> series(
            String request,
            String name,
            int count,
            int steps,
            Priority priority,
            Supplier<FailureReason> givenUp,
            Instant deadline,
            int condition,
            Guidance guidance) {
        return new Series<>(
                name,
                request,
                priority,
                deadline,
                givenUp,
                FakeBundle.source(condition),
                null,
                lab.tabulate(SchedulerKind.DDIM, steps),
                guidance,
                false,
                7,
                0,
                count,
                1);
    }
}
