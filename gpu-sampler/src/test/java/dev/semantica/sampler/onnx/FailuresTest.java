package dev.semantica.sampler.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The runtime's words, from its sources: BFC arena, CUDA calls, cuBLAS. */
class FailuresTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bfc_arena.cc:376 AllocateRawInternal Failed to allocate memory for requested buffer of size 4294967296"
                        + " | true",
                "bfc_arena.cc:359 Available memory of 104857600 is smaller than requested bytes of 2147483648 | true",
                "CUDA failure 2: out of memory ; GPU=0 ; hostname=a ; expr=cudaMalloc((void**)&p, size) | true",
                "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; expr=cublasCreate(&cublas_handle_) | true",
                "CUDA failure 700: an illegal memory access was encountered ; GPU=0 | false",
                "Non-zero status code returned while running MatMul node. Name:'a' left operand cannot broadcast | false"
            })
    void tellsWantOfMemoryFromOtherFailures(String message, boolean outOfMemory) {
        assertThat(Failures.of("A tick failed", new OrtException(message)).outOfMemory())
                .isEqualTo(outOfMemory);
    }
}
