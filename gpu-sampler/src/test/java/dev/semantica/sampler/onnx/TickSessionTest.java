package dev.semantica.sampler.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.GraphBuilder;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.TensorType;
import dev.semantica.onnx.Value;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.EngineException;
import dev.semantica.sampler.image.RgbImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that go by a call for each thread. */
class TickSessionTest {

    private static final float POISON = 1e6f;

    @Test
    void partsGiveToTheBitWhatOneCallGives() throws Exception {
        try (OnnxBundle parts = PagesLab.load(ExecutionProvider.cpu(2), OnnxBundle.TickPath.COMPOSED);
                OnnxBundle one = PagesLab.load(ExecutionProvider.cpu(2), OnnxBundle.TickPath.ONE_CALL)) {
            List<Condition> conditions =
                    parts.encode(List.of(PagesLab.example("house.png"), PagesLab.example("fish.png")));
            List<Row<Condition>> divided = rows(parts, conditions, 8);
            List<Row<Condition>> together = rows(one, conditions, 8);
            for (int step = 0; step < 4; step++) {
                assertThat(parts.stepper().tick(divided))
                        .isEqualTo(one.stepper().tick(together))
                        .isEqualTo(12);
            }
            for (int i = 0; i < divided.size(); i++) {
                assertThat(divided.get(i).sample()).isEqualTo(together.get(i).sample());
            }
            assertThat(parts.nanosInTickGraph()).isPositive();
        }
    }

    /** Else the rows of the parts that succeeded would take the step once more when each is tried alone. */
    @Test
    void noRowMovesWhereOnePartFails(@TempDir Path temporary) throws Exception {
        Path folder = temporary.resolve("failing");
        PagesLab.copy(folder, TickSessionTest::failingWherePoisoned);
        try (OnnxBundle bundle = OnnxBundle.load(Bundle.read(folder), ExecutionProvider.cpu(2))) {
            RgbImage house = PagesLab.example("house.png");
            Condition plain = bundle.encode(List.of(house)).get(0);
            Condition poisoned =
                    new Condition(plain.tensors().stream().map(float[]::clone).toList());
            poisoned.tensors().forEach(values -> values[0] = 2 * POISON);
            List<Row<Condition>> rows = rows(bundle, List.of(plain), 4);
            List<float[]> before = rows.stream().map(Row::sample).toList();
            Row<Condition> bad = new Row<>(table(bundle), poisoned, 1, 5, 9, before.get(0).length);
            Row<Condition> last = new Row<>(table(bundle), plain, 1, 5, 8, before.get(0).length);

            for (List<Row<Condition>> order : List.of(List.of(bad, last), List.of(last, bad))) {
                List<Row<Condition>> all = new ArrayList<>(rows);
                all.addAll(order);
                assertThatThrownBy(() -> bundle.stepper().tick(all)).isInstanceOf(EngineException.class);
                assertThat(all).allMatch(row -> row.step() == 0 && row.active());
            }
            assertThatThrownBy(() -> bundle.stepper().tick(List.of(bad, last))).isInstanceOf(EngineException.class);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(rows.get(i).sample()).isEqualTo(before.get(i));
            }
            assertThat(bundle.stepper().tick(rows)).isEqualTo(6);
            assertThat(rows).allMatch(row -> row.step() == 1);
        }
    }

    /** As where memory is short. */
    @Test
    void goesOnWithOneCallWhereTheSessionOfPartsCannotBeOpened() throws Exception {
        Bundle bundle = Bundle.read(PagesLab.DIRECTORY);
        byte[] graph = TickGraph.compose(
                        OnnxModel.read(bundle.graphFile("denoiser").orElseThrow()), bundle)
                .bytes();
        AtomicInteger tries = new AtomicInteger();
        try (OnnxBundle encoder = PagesLab.load(2);
                TickSession ticks = new TickSession(
                        OnnxBundle.environment().createSession(graph),
                        session -> new TickCall(OnnxBundle.environment(), session, bundle.manifest()),
                        2,
                        () -> {
                            tries.incrementAndGet();
                            throw new EngineException("no memory", null, true);
                        })) {
            List<Row<Condition>> rows = rows(encoder, encoder.encode(List.of(PagesLab.example("house.png"))), 4);

            assertThat(ticks.tick(rows)).isEqualTo(6);
            assertThat(ticks.tick(rows)).isEqualTo(6);

            assertThat(rows).allMatch(row -> row.step() == 2);
            assertThat(tries).hasValue(1);
        }
    }

    /** Every second row is guided. */
    private static List<Row<Condition>> rows(OnnxBundle bundle, List<Condition> conditions, int count) {
        List<Row<Condition>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Row<>(
                    table(bundle),
                    conditions.get(i % conditions.size()),
                    i % 2 == 0 ? 1 : 2.5,
                    7,
                    i,
                    bundle.bundle().manifest().sample().size()));
        }
        return rows;
    }

    private static StepTable table(OnnxBundle bundle) {
        return bundle.bundle().tabulate(SchedulerKind.DDPM, 4);
    }

    /** Adds a look-up that has one entry and is asked for the second where a condition's number is too large. */
    private static Value failingWherePoisoned(GraphBuilder graph, String name, TensorType type, Value value) {
        if (!name.equals("pooled")) {
            return value;
        }
        Value largest = graph.node("ReduceMax", value).set("keepdims", 0).output();
        Value index = graph.node(
                        "Cast",
                        graph.node("Greater", largest, graph.scalar(POISON)).output())
                .set("to", ElementType.INT64.number())
                .output();
        Value zero = graph.node("Gather", graph.floats("entries", new long[] {1}, new float[1]), index)
                .output();
        return graph.node("Add", value, zero).output();
    }
}
