package dev.semantica.sampler.diffusers;

import dev.semantica.onnx.OnnxFormatException;
import dev.semantica.onnx.OnnxModel;
import dev.semantica.onnx.TensorType;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A graph of an export, checked but not run.
 *
 * @param part the folder that it is in, such as unet
 * @param file its file
 * @param model what it says
 * @param inputs its inputs
 * @param outputs its outputs
 * @param data the files beside it that hold weights, by the location that the graph names
 */
record ExportedGraph(
        String part,
        Path file,
        OnnxModel model,
        Map<String, TensorType> inputs,
        Map<String, TensorType> outputs,
        SortedMap<String, Path> data) {

    static ExportedGraph of(String part, Path file, OnnxModel model, SortedMap<String, Path> data)
            throws OnnxFormatException {
        return new ExportedGraph(part, file, model, model.inputs(), model.outputs(), new TreeMap<>(data));
    }

    /** The size of a dimension of a tensor; −1 if it is dynamic or the tensor has fewer. */
    static int side(TensorType type, int axis) {
        if (axis >= type.shape().dimensions().size()) {
            return -1;
        }
        return Math.toIntExact(Math.min(type.shape().dimensions().get(axis).size(), Integer.MAX_VALUE));
    }

    static int rank(TensorType type) {
        return type.shape().dimensions().size();
    }
}
