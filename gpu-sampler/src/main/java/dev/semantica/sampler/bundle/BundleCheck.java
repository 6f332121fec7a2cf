package dev.semantica.sampler.bundle;

import java.nio.file.Path;

/** Checks a bundle that was written, before it comes to its place. */
@FunctionalInterface
public interface BundleCheck {

    /**
     * Loads and runs it, for example.
     *
     * @throws BundleException with what is wrong with it
     */
    void check(Path bundle) throws BundleException;
}
