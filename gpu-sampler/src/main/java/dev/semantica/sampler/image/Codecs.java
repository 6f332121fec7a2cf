package dev.semantica.sampler.image;

import com.twelvemonkeys.imageio.plugins.bmp.BMPImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * Runs ImageIO readers on vetted bytes. TwelveMonkeys' readers are made from their providers and the JDK's are taken from
 * the registry by name, so no format is guessed twice and no other plug-in on the class path gets to see a picture.
 */
final class Codecs {

    private Codecs() {}

    /** Decodes WebP, BMP and TIFF by TwelveMonkeys, PNG, GIF and three-band JPEG by the JDK. */
    static BufferedImage read(ImageFormat format, byte[] bytes, Deadline deadline)
            throws IOException, ImageRejectedException {
        ImageReader reader = reader(format);
        return run(reader, format, bytes, deadline, () -> reader.read(0, reader.getDefaultReadParam()));
    }

    /** The bands of a JPEG as they are stored, without any colour conversion. */
    static Raster readJpegBands(byte[] bytes, Deadline deadline) throws IOException, ImageRejectedException {
        ImageReader reader = reader(ImageFormat.JPEG);
        return run(reader, ImageFormat.JPEG, bytes, deadline, () -> reader.readRaster(0, reader.getDefaultReadParam()));
    }

    private static <T> T run(
            ImageReader reader, ImageFormat format, byte[] bytes, Deadline deadline, Decoding<T> decoding)
            throws IOException, ImageRejectedException {
        List<String> warnings = new ArrayList<>();
        T decoded;
        try (CodecInput input = new CodecInput(bytes, deadline)) {
            reader.addIIOReadProgressListener(new AbortWhenOver(deadline));
            reader.addIIOReadWarningListener((source, warning) -> {
                if (warnings.size() < 16) {
                    warnings.add(warning);
                }
            });
            reader.setInput(input, false, true);
            decoded = decoding.decode();
        } finally {
            reader.dispose();
        }
        deadline.check();
        for (String warning : warnings) {
            if (lost(warning)) {
                throw ImageRejectedException.corrupt(
                        format + ": the coded pixels are damaged (" + warning + "); send the picture again");
            }
        }
        return decoded;
    }

    /** Whether a codec's warning tells of pixels that it had to make up; the wordings are libjpeg's and the JDK's. */
    private static boolean lost(String warning) {
        return warning.contains("remature end")
                || warning.contains("bad Huffman code")
                || warning.contains("instead of RST")
                || warning.contains("Inconsistent progression");
    }

    private static ImageReader reader(ImageFormat format) throws IOException {
        return switch (format) {
            case WEBP -> new WebPImageReaderSpi().createReaderInstance(null);
            case BMP -> new BMPImageReaderSpi().createReaderInstance(null);
            case TIFF -> new TIFFImageReaderSpi().createReaderInstance(null);
            case JPEG -> jdkReader("com.sun.imageio.plugins.jpeg.");
            case PNG -> jdkReader("com.sun.imageio.plugins.png.");
            case GIF -> jdkReader("com.sun.imageio.plugins.gif.");
        };
    }

    private static ImageReader jdkReader(String packageName) throws IOException {
        Iterator<ImageReaderSpi> providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (providers.hasNext()) {
            ImageReaderSpi provider = providers.next();
            if (provider.getClass().getName().startsWith(packageName)) {
                return provider.createReaderInstance(null);
            }
        }
        throw new IllegalStateException("no image reader of package " + packageName
                + "* is registered; run on a JDK that has the java.desktop module");
    }

    @FunctionalInterface
    private interface Decoding<T> {
        T decode() throws IOException;
    }

    /** Asks the reader to stop at its next progress event when the time is over. */
    private static final class AbortWhenOver implements IIOReadProgressListener {

        private final Deadline deadline;

        AbortWhenOver(Deadline deadline) {
            this.deadline = deadline;
        }

        private void check(ImageReader source) {
            if (deadline.isOver()) {
                source.abort();
            }
        }

        @Override
        public void sequenceStarted(ImageReader source, int minIndex) {
            check(source);
        }

        @Override
        public void sequenceComplete(ImageReader source) {
            check(source);
        }

        @Override
        public void imageStarted(ImageReader source, int imageIndex) {
            check(source);
        }

        @Override
        public void imageProgress(ImageReader source, float percentageDone) {
            check(source);
        }

        @Override
        public void imageComplete(ImageReader source) {
            check(source);
        }

        @Override
        public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {
            check(source);
        }

        @Override
        public void thumbnailProgress(ImageReader source, float percentageDone) {
            check(source);
        }

        @Override
        public void thumbnailComplete(ImageReader source) {
            check(source);
        }

        @Override
        public void readAborted(ImageReader source) {
            check(source);
        }
    }
}
