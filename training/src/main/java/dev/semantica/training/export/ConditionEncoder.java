package dev.semantica.training.export;

import ai.djl.ndarray.NDManager;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.training.network.PageEncoder;
import java.util.Objects;

/**
 * The frozen encoder of a bundle: a graph from pixels [rows, 3, side, side] in −1 … 1 to tokens [rows, T, D] and pooled
 * [rows, P].
 *
 * @param model the graph
 * @param side height and width of its pictures
 */
public record ConditionEncoder(OnnxModel model, int side) {

    /** Refuses null. */
    public ConditionEncoder {
        Objects.requireNonNull(model, "model");
    }

    /**
     * Writes an encoder of ours and compares the graph with it.
     *
     * @throws ExportException if they differ
     */
    public static ConditionEncoder of(PageEncoder encoder, NDManager manager) throws ExportException {
        return new ConditionEncoder(
                new NetworkGraphs(manager).encoder(encoder), encoder.config().side());
    }
}
