package dev.semantica.sampler.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtProvider;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import dev.semantica.sampler.bundle.BundleException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * What runs the graphs.
 *
 * @param kind the CPU, or a CUDA device
 * @param threads threads that compute on the CPU, at one operator together or each at a part of the rows; at least 1
 * @param device the CUDA device; null for the CPU
 */
public record ExecutionProvider(Kind kind, int threads, CudaDevice device) {

    /** The kinds of execution providers. */
    public enum Kind {
        /** The processor. */
        CPU,
        /** An NVIDIA GPU. */
        CUDA
    }

    /** Checks that a CUDA device is named where one is meant. */
    public ExecutionProvider {
        if (kind == Kind.CUDA) {
            Objects.requireNonNull(device, "device");
        }
    }

    /** The processor, or a CUDA device that grows its memory by what is asked for and keeps full precision. */
    public ExecutionProvider(Kind kind, int threads, int device, long memoryLimit) {
        this(kind, threads, kind == Kind.CPU ? null : new CudaDevice(device, memoryLimit, "kSameAsRequested", false));
    }

    /** The processor with a number of threads. */
    public static ExecutionProvider cpu(int threads) {
        return new ExecutionProvider(Kind.CPU, threads, null);
    }

    /** A CUDA device; what it cannot do runs on the processor with a number of threads. */
    public static ExecutionProvider cuda(int threads, CudaDevice device) {
        return new ExecutionProvider(Kind.CUDA, threads, device);
    }

    /** The same with one thread on the CPU. */
    ExecutionProvider onOneThread() {
        return new ExecutionProvider(kind, 1, device);
    }

    String label() {
        return kind.name().toLowerCase(Locale.ROOT) + "/"
                + OrtEnvironment.getEnvironment().getVersion();
    }

    /**
     * Fails early where the runtime or the machine cannot do what is asked.
     *
     * @throws BundleException with everything that is missing
     */
    void check() throws BundleException {
        if (kind == Kind.CUDA && !OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA)) {
            throw new BundleException(List.of("execution.provider=cuda needs ONNX Runtime's GPU libraries, but these"
                    + " libraries are built for " + OrtEnvironment.getAvailableProviders()
                    + "; unpack onnxruntime_gpu and name the folder with -Donnxruntime.native.path, or set"
                    + " execution.provider=cpu"));
        }
        if (kind == Kind.CUDA) {
            List<String> problems = CudaInstallation.ofThisMachine().problems(device.number());
            if (!problems.isEmpty()) {
                throw new BundleException(problems);
            }
        }
    }

    OrtSession.SessionOptions options() throws OrtException {
        OrtSession.SessionOptions options = new OrtSession.SessionOptions();
        try {
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            if (kind == Kind.CUDA) {
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(device.number())) {
                    cuda.add("gpu_mem_limit", Long.toString(device.memoryLimit()));
                    cuda.add("arena_extend_strategy", device.arenaExtendStrategy());
                    cuda.add("use_tf32", device.tf32() ? "1" : "0");
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
