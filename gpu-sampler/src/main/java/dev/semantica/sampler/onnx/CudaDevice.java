package dev.semantica.sampler.onnx;

/**
 * A CUDA device and how it is used.
 *
 * @param number as CUDA counts the devices, from 0
 * @param memoryLimit bytes that a session may take
 * @param arenaExtendStrategy kSameAsRequested or kNextPowerOfTwo
 * @param tf32 whether matrices may be multiplied with 10-bit mantissas
 */
public record CudaDevice(int number, long memoryLimit, String arenaExtendStrategy, boolean tf32) {

    /** Checks the ranges. */
    public CudaDevice {
        if (number < 0 || memoryLimit < 1) {
            throw new IllegalArgumentException("A CUDA device has a number from 0 and a memory limit from 1, but has "
                    + number + " and " + memoryLimit);
        }
    }
}
