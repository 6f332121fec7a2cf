package dev.semantica.sampler.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What this machine has of what ONNX Runtime's CUDA provider needs, so that a start names what is missing instead of
 * passing on the dynamic linker's first complaint.
 *
 * @param system the root of the file system
 * @param libraryPath folders of LD_LIBRARY_PATH
 */
record CudaInstallation(Path system, List<Path> libraryPath) {

    /** What the Linux build of the pinned version links, and where it comes from. */
    private static final Map<String, String> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put("libcuda.so.1", "the NVIDIA driver, 525 or newer");
        NEEDED.put("libcudart.so.12", "the CUDA 12 runtime");
        NEEDED.put("libcublas.so.12", "cuBLAS of CUDA 12");
        NEEDED.put("libcublasLt.so.12", "cuBLAS of CUDA 12");
        NEEDED.put("libcurand.so.10", "cuRAND of CUDA 12");
    }

    private static final List<String> USUAL = List.of(
            "usr/lib/x86_64-linux-gnu",
            "usr/lib64",
            "usr/lib",
            "lib/x86_64-linux-gnu",
            "lib64",
            "usr/local/lib",
            "usr/local/cuda/lib64",
            "usr/local/cuda-12/lib64",
            "usr/local/nvidia/lib64");

    /** This machine. */
    static CudaInstallation ofThisMachine() {
        String path = Optional.ofNullable(System.getenv("LD_LIBRARY_PATH")).orElse("");
        return new CudaInstallation(
                Path.of("/"),
                Stream.of(path.split(":"))
                        .filter(folder -> !folder.isBlank())
                        .map(Path::of)
                        .toList());
    }

    /** Numbers of the devices that the driver shows; empty without driver. */
    List<Integer> devices() {
        Path folder = system.resolve("dev");
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("nvidia[0-9]{1,4}"))
                    .map(name -> Integer.parseInt(name.substring("nvidia".length())))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Everything that keeps a device from being used; empty if nothing was found missing. */
    List<String> problems(int device) {
        List<String> problems = new ArrayList<>();
        List<Integer> devices = devices();
        if (devices.isEmpty()) {
            problems.add("execution.provider=cuda: no NVIDIA device is visible (no /dev/nvidia0); load the driver, or"
                    + " give the container the device, for example with docker run --gpus all");
        } else if (device >= devices.size()) {
            problems.add("cuda.device.id=" + device + ": this machine shows " + devices.size()
                    + " devices, numbered from 0");
        }
        NEEDED.forEach((library, source) -> {
            if (!found(library)) {
                problems.add("execution.provider=cuda: " + library + " was not found; install " + source
                        + " or put its folder on LD_LIBRARY_PATH");
            }
        });
        return problems;
    }

    private boolean found(String library) {
        return Stream.concat(libraryPath.stream(), USUAL.stream().map(system::resolve))
                .anyMatch(folder -> Files.exists(folder.resolve(library)));
    }
}
