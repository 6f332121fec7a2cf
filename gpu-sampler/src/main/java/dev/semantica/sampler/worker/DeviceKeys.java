package dev.semantica.sampler.worker;

import dev.semantica.sampler.onnx.CudaDevice;
import dev.semantica.sampler.onnx.ExecutionProvider;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;

/** The keys that say which bundles are served, and what runs them. */
final class DeviceKeys {

    private static final String BUNDLES = "bundles";
    private static final String PROVIDER = "execution.provider";
    private static final String THREADS = "intra.op.threads";
    private static final String DEVICES = "cuda.device.id";
    private static final String DEVICE_MEMORY = "cuda.memory.bytes";
    private static final String ARENA = "cuda.arena.extend.strategy";
    private static final String TF32 = "cuda.tf32";

    private DeviceKeys() {}

    static void define(ConfigDef keys) {
        keys.define(
                        BUNDLES,
                        ConfigDef.Type.LIST,
                        ConfigDef.NO_DEFAULT_VALUE,
                        Importance.HIGH,
                        "Directories of the bundles to serve, separated by commas. The first serves events that name"
                                + " none. All workers of a group must serve the same.")
                .define(
                        PROVIDER,
                        ConfigDef.Type.STRING,
                        "cpu",
                        ConfigDef.ValidString.in("cpu", "cuda"),
                        Importance.HIGH,
                        "What runs the graphs: cpu or cuda.")
                .define(
                        THREADS,
                        ConfigDef.Type.INT,
                        0,
                        Range.between(0, 1024),
                        Importance.MEDIUM,
                        "Threads that compute on the CPU, at one operator together or each at a part of the rows; 0: as"
                                + " many as there are cores.")
                .define(
                        DEVICES,
                        ConfigDef.Type.LIST,
                        "0",
                        new DeviceNumbers(),
                        Importance.MEDIUM,
                        "CUDA device numbers, separated by commas; each device gets the bundles and an owner of its own.")
                .define(
                        DEVICE_MEMORY,
                        ConfigDef.Type.LONG,
                        4L << 30,
                        Range.atLeast(1 << 20),
                        Importance.MEDIUM,
                        "Bytes that one session may take on the CUDA device.")
                .define(
                        ARENA,
                        ConfigDef.Type.STRING,
                        "kSameAsRequested",
                        ConfigDef.ValidString.in("kSameAsRequested", "kNextPowerOfTwo"),
                        Importance.LOW,
                        "How device memory grows: by what is asked for, or in powers of two (faster, takes more).")
                .define(
                        TF32,
                        ConfigDef.Type.BOOLEAN,
                        false,
                        Importance.LOW,
                        "Whether the CUDA device may multiply with 10-bit mantissas (TF32): faster, and results differ more"
                                + " from the CPU's.");
    }

    static List<Path> bundles(Map<String, Object> values) {
        return list(values.get(BUNDLES)).stream().map(Path::of).toList();
    }

    static List<ExecutionProvider> providers(Map<String, Object> values) {
        int threads = (Integer) values.get(THREADS);
        int perOperator = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
        if (values.get(PROVIDER).equals("cpu")) {
            return List.of(ExecutionProvider.cpu(perOperator));
        }
        return list(values.get(DEVICES)).stream()
                .map(device -> ExecutionProvider.cuda(
                        perOperator,
                        new CudaDevice(
                                Integer.parseInt(device),
                                (Long) values.get(DEVICE_MEMORY),
                                (String) values.get(ARENA),
                                (Boolean) values.get(TF32))))
                .toList();
    }

    /** Numbers from 0, each once. */
    private static final class DeviceNumbers implements ConfigDef.Validator {
        @Override
        public void ensureValid(String name, Object value) {
            List<String> devices = list(value);
            if (devices.isEmpty()
                    || devices.stream().distinct().count() < devices.size()
                    || !devices.stream().allMatch(device -> device.matches("[0-9]{1,4}"))) {
                throw new ConfigException(name, value, "must be device numbers from 0, each once, for example 0,1");
            }
        }

        @Override
        public String toString() {
            return "device numbers from 0, each once";
        }
    }

    private static List<String> list(Object value) {
        return ((List<?>) value).stream().map(String.class::cast).toList();
    }
}
