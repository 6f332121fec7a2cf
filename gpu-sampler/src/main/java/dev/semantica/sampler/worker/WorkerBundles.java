package dev.semantica.sampler.worker;

import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bundles that were loaded for a worker, one copy a device, and are its to close. */
public final class WorkerBundles implements AutoCloseable {

    private final Map<String, List<OnnxBundle>> byName = new LinkedHashMap<>();

    private WorkerBundles() {}

    /**
     * Loads bundles and checks each whole.
     *
     * @throws BundleException with every problem of every bundle
     */
    public static WorkerBundles load(WorkerConfig config) throws BundleException {
        WorkerBundles bundles = new WorkerBundles();
        List<String> problems = new ArrayList<>();
        if (config.bundles().isEmpty()) {
            problems.add("bundles is empty: name at least one bundle's directory");
        }
        for (Path directory : config.bundles()) {
            try {
                Bundle bundle = Bundle.read(directory);
                if (bundles.byName.containsKey(bundle.name())) {
                    problems.add(directory + ": another bundle is called " + bundle.name() + " too; serve one of them");
                } else {
                    List<OnnxBundle> loaded = new ArrayList<>();
                    bundles.byName.put(bundle.name(), loaded);
                    for (ExecutionProvider provider : config.providers()) {
                        loaded.add(OnnxBundle.load(bundle, provider, config.tickPath()));
                    }
                }
            } catch (BundleException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            bundles.close();
            throw new BundleException(problems);
        }
        return bundles;
    }

    /** One of each device, by the bundle's name. */
    Map<String, List<OnnxBundle>> byName() {
        return byName;
    }

    @Override
    public void close() {
        byName.values().forEach(loaded -> loaded.forEach(OnnxBundle::close));
    }
}
