package dev.semantica.sampler.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaInstallationTest {

    @TempDir
    private Path root;

    @Test
    void aMachineWithoutAnythingNamesEverything() {
        assertThat(new CudaInstallation(root, List.of()).problems(0))
                .hasSize(6)
                .anySatisfy(
                        problem -> assertThat(problem).contains("/dev/nvidia0").contains("--gpus all"))
                .anySatisfy(
                        problem -> assertThat(problem).contains("libcuda.so.1").contains("driver, 525"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("libcublasLt.so.12").contains("CUDA 12"));
    }

    @Test
    void whatIsThereIsNotNamedWhereverItLies() throws IOException {
        file("dev/nvidia0");
        file("dev/nvidia1");
        file("dev/nvidiactl");
        file("usr/lib/x86_64-linux-gnu/libcuda.so.1");
        file("usr/local/cuda/lib64/libcudart.so.12");
        Path extra = file("opt/cuda/libcublas.so.12").getParent();
        file("opt/cuda/libcublasLt.so.12");
        CudaInstallation machine = new CudaInstallation(root, List.of(extra));

        assertThat(machine.devices()).containsExactly(0, 1);
        assertThat(machine.problems(1)).singleElement().satisfies(problem -> assertThat(problem)
                .contains("libcurand.so.10"));
        assertThat(machine.problems(2))
                .anySatisfy(problem ->
                        assertThat(problem).contains("cuda.device.id=2").contains("2 devices"));
    }

    private Path file(String name) throws IOException {
        Path file = root.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.createFile(file);
    }
}
