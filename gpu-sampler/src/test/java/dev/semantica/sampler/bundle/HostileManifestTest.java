package dev.semantica.sampler.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.semantica.sampler.onnx.PagesLab;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A manifest that is wrong ends as a list of problems, whatever it says. */
class HostileManifestTest {

    private static final Path SHIPPED = Path.of("..", "models", "pages-lab");

    @TempDir
    private Path directory;

    private ObjectNode manifest;

    @BeforeEach
    void copy() throws IOException {
        PagesLab.copy(directory);
        manifest = (ObjectNode)
                new ObjectMapper().readTree(directory.resolve(Bundle.MANIFEST).toFile());
    }

    @Test
    void theShippedManifestIsFine() throws Exception {
        assertThat(Bundle.read(directory).name()).isEqualTo("pages-lab");
    }

    static Stream<Arguments> lies() {
        return Stream.of(
                lie("condition[0]", m -> m.putArray("condition").addNull()),
                lie("graphs.encoder", m -> at(m, "/graphs").putNull("encoder")),
                lie("graphs.encoder.inputs.pixels", m -> at(m, "/graphs/encoder/inputs")
                        .putNull("pixels")),
                lie("noiseSchedule.type", m -> at(m, "/noiseSchedule").putNull("type")),
                lie("condition", m -> ((ArrayNode) m.get("condition")).add(m.at("/condition/0"))),
                lie("condition", m -> at(m, "/condition/0").put("name", "pixels")),
                lie("64", m -> at(m, "/image").put("width", "64")),
                lie("2.7", m -> at(m, "/sampling").put("steps", 2.7)),
                lie("steps", m -> at(m, "/sampling").put("steps", 0)),
                lie(
                        "sampling.guidanceFrom, guidanceTo: expected noise levels from 0 to 1",
                        m -> at(m, "/sampling").put("guidanceFrom", 0.8).put("guidanceTo", 0.2)),
                lie("sampling.guidanceFrom, guidanceTo", m -> at(m, "/sampling").put("guidanceTo", 1.1)),
                lie("trainTimesteps", m -> at(m, "/noiseSchedule")
                        .put("type", "discrete")
                        .put("betaSchedule", "linear")
                        .put("trainTimesteps", 2_000_000_000)),
                lie("outside", m -> at(m, "/graphs/encoder").put("file", "../encoder.onnx")),
                lie("outside", m -> at(m, "/graphs/encoder").put("file", "/etc/hostname")),
                lie("SHA-256", m -> at(m, "/graphs/encoder").put("sha256", "0".repeat(64))),
                lie("reader: expected to be there together", HostileManifestTest::reader),
                lie("reader: expected to be there together", m -> {
                    readerGraph(m);
                    m.remove("reader");
                }),
                lie("reader.attempts: expected 1 to 16, found 17", m -> reader(readerGraph(m))
                        .put("attempts", 17)),
                lie("reader.agreement", m -> reader(readerGraph(m)).put("agreement", 0)),
                lie("reader.factors", m -> reader(readerGraph(m)).putArray("factors")),
                lie("reader.factors", m -> at(reader(readerGraph(m)), "/factors/0")
                        .put("name", "pooled")),
                lie("reader.factors kind: expected 2 to", m -> at(reader(readerGraph(m)), "/factors/0")
                        .putArray("values")
                        .add("cup")),
                lie("reader.factors kind: expected 2 to", m -> at(reader(readerGraph(m)), "/factors/0")
                        .putArray("values")
                        .add("cup")
                        .add("cup")),
                lie("reader.factors kind certainty", m -> at(reader(readerGraph(m)), "/factors/0")
                        .put("certainty", 1.5)),
                lie("graphs.reader.inputs", m -> at(readerGraph(m), "/graphs/reader")
                        .putObject("inputs")),
                lie("graphs.reader.outputs", m -> at(readerGraph(m), "/graphs/reader")
                        .putObject("outputs")
                        .put("colour", "kind")));
    }

    private static ObjectNode reader(ObjectNode manifest) {
        ObjectNode reader = manifest.putObject("reader").put("attempts", 4);
        ObjectNode factor = reader.putArray("factors").addObject().put("name", "kind");
        factor.putArray("values").add("cup").add("tree");
        return reader;
    }

    private static ObjectNode readerGraph(ObjectNode manifest) {
        reader(manifest);
        ObjectNode graph = at(manifest, "/graphs").putObject("reader");
        graph.put("file", "encoder.onnx").put("sha256", "0".repeat(64));
        graph.putObject("inputs").put("pooled", "pooled");
        graph.putObject("outputs").put("kind", "kind");
        return manifest;
    }

    @ParameterizedTest
    @MethodSource("lies")
    void isRefused(String named, Consumer<ObjectNode> change) throws IOException {
        change.accept(manifest);
        write(manifest.toString());

        assertThatThrownBy(() -> Bundle.read(directory))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "{\"name\":\"a\",\"name\":\"b\"}"})
    void whatIsNoManifestIsRefused(String text) throws IOException {
        write(text);

        assertThatThrownBy(() -> Bundle.read(directory)).isInstanceOf(BundleException.class);
    }

    @Test
    void allKeysThatAreWrongAreNamedAtOnce() throws IOException {
        manifest.put("colour", "red");
        manifest.remove("name");
        at(manifest, "/image").put("depth", 8).remove("width");
        write(manifest.toString());

        assertThatThrownBy(() -> Bundle.read(directory))
                .isInstanceOfSatisfying(BundleException.class, e -> assertThat(e.problems())
                        .hasSize(4)
                        .anyMatch(problem -> problem.contains(" colour: unknown key"))
                        .anyMatch(problem -> problem.contains(" name: expected a value"))
                        .anyMatch(problem -> problem.contains(" image.depth: unknown key"))
                        .anyMatch(problem -> problem.contains(" image.width: expected a value")));
    }

    @Test
    void aLinkOutOfTheBundleIsRefused() throws IOException {
        Path graph = directory.resolve("encoder.onnx");
        Files.delete(graph);
        Files.createSymbolicLink(graph, SHIPPED.resolve("encoder.onnx").toRealPath());

        assertThatThrownBy(() -> Bundle.read(directory))
                .isInstanceOf(BundleException.class)
                .hasMessageContaining("outside");
    }

    private void write(String text) throws IOException {
        Files.writeString(directory.resolve(Bundle.MANIFEST), text);
    }

    private static ObjectNode at(ObjectNode manifest, String pointer) {
        return (ObjectNode) manifest.at(pointer);
    }

    private static Arguments lie(String named, Consumer<ObjectNode> change) {
        return Arguments.of(named, change);
    }
}
