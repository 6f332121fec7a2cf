package dev.semantica.sampler.worker;

import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.engine.LoadedBundle;
import dev.semantica.sampler.engine.Sampler;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.source.SourceImages.SourceFile;
import java.util.List;

/** A loaded bundle with what sampling with it needs. For one thread. */
final class ServedBundle {

    private final LoadedBundle loaded;
    private final Sampler sampler;
    private final ImageDecoder decoder;
    private final TokenCache cache;

    ServedBundle(LoadedBundle loaded, int maxRows, ImageDecoder decoder, TokenCache cache) {
        this.loaded = loaded;
        this.sampler = new Sampler(loaded, maxRows);
        this.decoder = decoder;
        this.cache = cache;
    }

    LoadedBundle loaded() {
        return loaded;
    }

    Sampler sampler() {
        return sampler;
    }

    /** Decodes and encodes a source, once for as long as the cache remembers it. */
    Condition condition(SourceFile source) throws ImageRejectedException {
        String key = loaded.bundle().digest() + source.sha256();
        Condition known = cache.get(key);
        if (known != null) {
            return known;
        }
        RgbImage image = Resizing.cover(
                decoder.decode(source.bytes()),
                loaded.bundle().manifest().image().width(),
                loaded.bundle().manifest().image().height());
        Condition condition = loaded.encode(List.of(image)).get(0);
        cache.put(key, condition);
        return condition;
    }
}
