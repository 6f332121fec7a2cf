package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtException;
import dev.semantica.sampler.engine.EngineException;
import java.util.regex.Pattern;

/** What the runtime's exceptions mean. */
final class Failures {

    /** How ONNX Runtime's arenas, CUDA and cuBLAS say that memory is short; the runtime has no code for it. */
    private static final Pattern OUT_OF_MEMORY = Pattern.compile(
            "Failed to allocate memory|out of memory|smaller than requested bytes|cudaErrorMemoryAllocation"
                    + "|CUBLAS_STATUS_ALLOC_FAILED|CUDNN_STATUS_ALLOC_FAILED|bad allocation|std::bad_alloc",
            Pattern.CASE_INSENSITIVE);

    private Failures() {}

    static EngineException of(String what, OrtException cause) {
        String message = String.valueOf(cause.getMessage());
        return new EngineException(
                what + ": " + message, cause, OUT_OF_MEMORY.matcher(message).find());
    }
}
