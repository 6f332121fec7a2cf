package dev.semantica.evaluation.protocol;

import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.util.List;

/**
 * The autoencoder of a bundle by itself: what its latents hold, and so the best that a denoiser of them can come to.
 *
 * @param bundle one that encodes samples; stays the caller's to close
 */
public record BundleAutoencoder(LoadedBundle bundle) {

    /** Brings a picture of any size to the bundle's. */
    public RgbImage prepare(RgbImage picture) {
        BundleManifest.Image size = bundle.bundle().manifest().image();
        return Resizing.cover(picture, size.width(), size.height());
    }

    /**
     * Encodes pictures to latents without noise, and decodes them.
     *
     * @param pictures prepared
     */
    public List<RgbImage> redraw(List<RgbImage> pictures) {
        return bundle.decode(bundle.encodeSamples(pictures));
    }
}
