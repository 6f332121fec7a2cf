package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.semantica.sampler.bundle.BundleException;
import java.util.List;
import java.util.Locale;

/**
 * What runs the graphs.
 *
 * @param kind the CPU, or a CUDA device
 * @param threads threads of one operator on the CPU, at least 1
 * @param device CUDA device number
 * @param memoryLimit bytes that a session may take on the device
 */
public record ExecutionProvider(Kind kind, int threads, int device, long memoryLimit) {

    /** The kinds of execution providers. */
    public enum Kind {
        /** The processor. */
        CPU,
        /** An NVIDIA GPU. */
        CUDA
    }

    /** The processor with a number of threads. */
    public static ExecutionProvider cpu(int threads) {
        return new ExecutionProvider(Kind.CPU, threads, 0, 0);
    }

    String label() {
        return kind.name().toLowerCase(Locale.ROOT) + "/"
                + OrtEnvironment.getEnvironment().getVersion();
    }

    /**
     * Fails early where the runtime cannot do what is asked.
     *
     * @throws BundleException if it lacks the provider
     */
    void check() throws BundleException {
        if (kind == Kind.CUDA && !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new BundleException(List.of("execution.provider=cuda needs ONNX Runtime's GPU libraries, but this"
                    + " class path holds a build for " + OrtEnvironment.getAvailableProviders()
                    + "; put onnxruntime_gpu in place of onnxruntime, or set execution.provider=cpu"));
        }
    }

    OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            if (kind == Kind.CUDA) {
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device)) {
                    cuda.add("gpu_mem_limit", Long.toString(memoryLimit));
                    cuda.add("arena_extend_strategy", "kSameAsRequested");
                    options.addCUDA(cuda);
                }
            }
            return options;
        } catch (OrtException e) {
            options.close();
            throw e;
        }
    }
}
