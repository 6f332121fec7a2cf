package dev.semantica.console.evaluate;

import dev.semantica.evaluation.feature.FeatureEncoder;
import dev.semantica.evaluation.feature.Pooling;
import dev.semantica.sampler.bundle.BundleException;
import dev.semantica.sampler.engine.LoadedBundle;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What features are made with. */
final class EncoderOptions {

    @Option(
            names = "--encoder",
            paramLabel = "DIR|FILE",
            description =
                    "What makes the features: an image encoder exported to ONNX with preprocessor_config.json beside"
                            + " it (DINOv2, CLIP, Inception), or another bundle (default: the bundle that is judged).")
    private Path encoder;

    @Option(
            names = "--features",
            paramLabel = "KIND",
            converter = PoolingConverter.class,
            description =
                    "Which features: pooled (the encoder's own embedding), cls (the first token), mean (over all"
                            + " tokens) or tokens (all of them, one after another) (default: pooled where there is such an output, else cls, else mean).")
    private Pooling pooling;

    /**
     * Opens the encoder; that of the bundle if no other was named.
     *
     * @param loaded the bundle, which stays the caller's; null where it is not loaded
     */
    FeatureEncoder open(Path bundle, LoadedBundle loaded) throws BundleException {
        return encoder == null && loaded != null
                ? FeatureEncoder.ofBundle(loaded, pooling)
                : FeatureEncoder.open(
                        encoder == null ? bundle : encoder,
                        pooling,
                        Runtime.getRuntime().availableProcessors());
    }

    /** By the words of the help text. */
    static final class PoolingConverter implements ITypeConverter<Pooling> {
        @Override
        public Pooling convert(String value) {
            try {
                return Pooling.valueOf(value.toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException("expected pooled, cls, mean or tokens, found '" + value + "'");
            }
        }
    }
}
