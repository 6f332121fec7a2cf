package dev.semantica.sampler.image;

import dev.semantica.sampler.image.ImageRejectedException.Reason;
import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.Semaphore;

/**
 * Decodes pictures that nobody vouches for: JPEG, PNG, WebP, GIF (first frame), BMP and TIFF (first page), recognised by
 * content. The result is upright sRGB, laid over white where the picture is transparent.
 *
 * <p>Each container is walked first, without a codec: sizes are held against the {@link ImageLimits} before any pixel is
 * allocated, and the codec then gets a copy without metadata, later pages or frames. The time limit is checked on the
 * caller's own thread, whenever a codec reads or reports progress: no thread is left behind that cannot be stopped. A
 * decoder is safe for many threads; together they have no more than {@link ImageLimits#maxPixels} pixels in work, and
 * wait for one another beyond that.
 */
public final class ImageDecoder {

    private static final int WHITE = 0xFFFFFF;
    private static final int ROWS_PER_CHECK = 64;

    static {
        // No picture here needs a screen; without this the first colour conversion may look for one.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private final ImageLimits limits;
    private final InstantSource clock;
    private final Semaphore pixelsInWork;

    /** A decoder within limits; the clock measures decoding time. */
    public ImageDecoder(ImageLimits limits, InstantSource clock) {
        this.limits = Objects.requireNonNull(limits, "limits");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.pixelsInWork = new Semaphore(limits.maxPixels(), true);
    }

    /**
     * Decodes a picture.
     *
     * @param bytes the encoded picture; not changed
     * @return the upright picture in sRGB
     * @throws ImageRejectedException when it is over a limit, of no format that is read, cut off or broken
     */
    public RgbImage decode(byte[] bytes) throws ImageRejectedException {
        return decode(bytes, WHITE);
    }

    /**
     * Decodes a picture over another colour than white where it is transparent.
     *
     * @param bytes the encoded picture; not changed
     * @param paper the colour, 0xRRGGBB
     * @return the upright picture in sRGB
     * @throws ImageRejectedException when it is over a limit, of no format that is read, cut off or broken
     */
    public RgbImage decode(byte[] bytes, int paper) throws ImageRejectedException {
        ImageFormat format = recognise(bytes);
        try {
            VettedImage vetted = vet(format, bytes);
            int pixels = Math.min(limits.maxPixels(), vetted.pixels());
            pixelsInWork.acquireUninterruptibly(pixels);
            try {
                return decode(vetted, paper);
            } finally {
                pixelsInWork.release(pixels);
            }
        } catch (OutOfMemoryError tooLittle) {
            throw new ImageRejectedException(
                    Reason.TOO_LARGE,
                    format + ": decoding " + bytes.length + " bytes needs more heap than there is; lower maxPixels ("
                            + limits.maxPixels() + ") or raise -Xmx",
                    tooLittle);
        }
    }

    private ImageFormat recognise(byte[] bytes) throws ImageRejectedException {
        if (bytes.length == 0) {
            throw new ImageRejectedException(Reason.UNREADABLE, "expected a picture, found no bytes");
        }
        if (bytes.length > limits.maxBytes()) {
            throw new ImageRejectedException(
                    Reason.TOO_LARGE,
                    "the picture has " + bytes.length + " bytes; the limit is " + limits.maxBytes()
                            + "; compress it or raise the limit");
        }
        return ImageFormat.of(bytes)
                .orElseThrow(() -> new ImageRejectedException(
                        Reason.UNREADABLE,
                        "expected JPEG, PNG, WebP, GIF, BMP or TIFF; the " + bytes.length
                                + " bytes start as none of them: " + start(bytes)));
    }

    private static String start(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(8, bytes.length); i++) {
            text.append(String.format("%02x ", bytes[i]));
        }
        return text.toString().strip();
    }

    private VettedImage vet(ImageFormat format, byte[] bytes) throws ImageRejectedException {
        return switch (format) {
            case JPEG -> JpegFile.vet(bytes, limits);
            case PNG -> PngFile.vet(bytes, limits);
            case WEBP -> WebpFile.vet(bytes, limits);
            case GIF -> GifFile.vet(bytes, limits);
            case BMP -> BmpFile.vet(bytes, limits);
            case TIFF -> TiffFile.vet(bytes, limits);
        };
    }

    private RgbImage decode(VettedImage vetted, int paper) throws ImageRejectedException {
        Deadline deadline = new Deadline(clock, limits.maxTime());
        try {
            BufferedImage image = vetted.codec().decode(deadline);
            deadline.check();
            if (image.getWidth() != vetted.frame().width()
                    || image.getHeight() != vetted.frame().height()) {
                throw ImageRejectedException.corrupt(vetted.format() + ": the header claims "
                        + vetted.frame().width() + "x" + vetted.frame().height() + " pixels, decoded were "
                        + image.getWidth() + "x" + image.getHeight());
            }
            return compose(vetted, new RowReader(image, vetted.colours()), paper, deadline);
        } catch (IOException | RuntimeException | Error failure) {
            // A codec tells of hostile input by whatever went wrong inside it, InternalError included.
            boolean itsOwn = failure instanceof StackOverflowError || failure instanceof InternalError;
            if (failure instanceof VirtualMachineError machine && !itsOwn) {
                throw machine;
            }
            throw rejection(vetted.format(), failure, deadline);
        }
    }

    private ImageRejectedException rejection(ImageFormat format, Throwable failure, Deadline deadline) {
        if (deadline.isOver()) {
            return new ImageRejectedException(
                    Reason.TOO_LARGE,
                    format + ": decoding took longer than " + limits.maxTime().toMillis()
                            + " ms; simplify the picture or raise" + " the limit",
                    failure);
        }
        boolean ended = false;
        for (Throwable cause = failure; cause != null && !ended; cause = cause.getCause()) {
            ended = cause instanceof EOFException;
        }
        return new ImageRejectedException(
                Reason.UNREADABLE,
                format + ": the coded pixels " + (ended ? "end too early" : "are broken") + " (" + failure + ")",
                failure);
    }

    private RgbImage compose(VettedImage vetted, RowReader rows, int paper, Deadline deadline) throws IOException {
        Orientation orientation = new Orientation(vetted.orientation(), vetted.width(), vetted.height());
        byte[] target = new byte[3 * orientation.width() * orientation.height()];
        for (int i = 0; i < target.length; i++) {
            target[i] = (byte) (paper >> (8 * (2 - i % 3)));
        }
        for (int y = 0; y < rows.height(); y++) {
            if (y % ROWS_PER_CHECK == 0) {
                deadline.check();
            }
            rows.read(y);
            byte[] rgb = rows.rgb();
            byte[] opacity = rows.opacity();
            for (int x = 0; x < rows.width(); x++) {
                int at = 3
                        * orientation.target(
                                vetted.frame().x() + x, vetted.frame().y() + y);
                int opaque = opacity[x] & 0xff;
                for (int c = 0; c < 3; c++) {
                    int colour = rgb[3 * x + c] & 0xff;
                    int behind = target[at + c] & 0xff;
                    target[at + c] = (byte) ((colour * opaque + behind * (255 - opaque) + 127) / 255);
                }
            }
        }
        return new RgbImage(orientation.width(), orientation.height(), target);
    }
}
