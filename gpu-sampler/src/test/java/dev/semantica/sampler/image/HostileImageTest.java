package dev.semantica.sampler.image;

import static dev.semantica.sampler.image.Pictures.ascii;
import static dev.semantica.sampler.image.Pictures.bytes;
import static dev.semantica.sampler.image.Pictures.join;
import static dev.semantica.sampler.image.Pictures.little16;
import static dev.semantica.sampler.image.Pictures.png;
import static dev.semantica.sampler.image.Pictures.pngChunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.semantica.sampler.image.ImageRejectedException.Reason;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HostileImageTest {

    private static final long MANY_BYTES = 8 << 20;

    private final ImageDecoder decoder = Pictures.decoder(ImageLimits.DEFAULT);

    @Test
    void namesWhatIsNoPicture() {
        assertRejected(new byte[0], Reason.UNREADABLE, "no bytes");
        assertRejected(ascii("just text, whatever its name says"), Reason.UNREADABLE, "6a 75 73 74");
        assertRejected(ascii("BM"), Reason.UNREADABLE, "42 4d");
    }

    @Test
    void holdsTheLimitOnBytes() throws Exception {
        byte[] file = ImageEncoder.PNG.encode(Pictures.blocks(), Map.of());
        ImageLimits exact = new ImageLimits(file.length, 24 * 16, Duration.ofSeconds(20));
        ImageLimits less = new ImageLimits(file.length - 1, 24 * 16, Duration.ofSeconds(20));

        assertThat(Pictures.decoder(exact).decode(file)).isEqualTo(Pictures.blocks());
        assertRejected(Pictures.decoder(less), file, Reason.TOO_LARGE, "the limit is " + (file.length - 1));
    }

    @Test
    void holdsTheLimitOnPixels() {
        byte[] file = ImageEncoder.PNG.encode(Pictures.blocks(), Map.of());
        ImageLimits pixels = new ImageLimits(1 << 20, 24 * 16 - 1, Duration.ofSeconds(20));

        assertRejected(Pictures.decoder(pixels), file, Reason.TOO_LARGE, "24x16 = 384 pixels; the limit is 383");
    }

    @Test
    void refusesHugePicturesWithoutAllocatingThem() {
        byte[] deepPng = png(30_000, 30_000, 8, 2, new byte[1 << 20]);
        assertThat(deepPng.length).isLessThan(8192);
        byte[] jpeg = Pictures.jpeg(Pictures.blocks());
        int frame = indexOf(jpeg, bytes(0xff, 0xc0));
        byte[] gif =
                Pictures.written("gif", Pictures.buffered(Pictures.blocks(), BufferedImage.TYPE_BYTE_INDEXED), false);
        byte[] bmp = Pictures.written("bmp", Pictures.buffered(Pictures.blocks(), BufferedImage.TYPE_3BYTE_BGR), false);
        byte[] lossless = Pictures.resource("lossless.webp");
        byte[] lossy = Pictures.resource("lossy.webp");

        assertRefusedCheaply(deepPng, Reason.TOO_LARGE);
        assertRefusedCheaply(patched(jpeg, frame + 5, 0x75, 0x30, 0x75, 0x30), Reason.TOO_LARGE);
        // The screen, then the frame alone.
        assertRefusedCheaply(patched(gif, 6, 0x30, 0x75, 0x30, 0x75), Reason.TOO_LARGE);
        int image = indexOf(gif, bytes(0x2c, 0, 0, 0, 0));
        assertRefusedCheaply(patched(gif, image + 5, 0x30, 0x75, 0x30, 0x75), Reason.TOO_LARGE);
        assertRefusedCheaply(patched(bmp, 18, 0x30, 0x75, 0, 0, 0x30, 0x75, 0, 0), Reason.TOO_LARGE);
        assertRefusedCheaply(patched(bmp, 22, 0, 0, 0, 0x80), Reason.TOO_LARGE);
        assertRefusedCheaply(patched(lossless, 21, 0xff, 0xff, 0xff, 0x0f), Reason.TOO_LARGE);
        assertRefusedCheaply(patched(lossy, 26, 0xff, 0x3f, 0xff, 0x3f), Reason.TOO_LARGE);
        assertRefusedCheaply(Pictures.tiff(Pictures.blocks(), 256, 4, 30_000, 257, 4, 30_000), Reason.TOO_LARGE);
        assertRefusedCheaply(
                Pictures.tiff(Pictures.blocks(), 322, 4, 1 << 30, 323, 4, 1, 324, 4, 8, 325, 4, 9), Reason.TOO_LARGE);
    }

    @Test
    void refusesHeadersThatClaimMoreThanTheFileCanHold() {
        // 6000 x 6000 pixels are within the limits, but not within a kilobyte of Deflate.
        assertRefusedCheaply(png(6000, 6000, 8, 2, new byte[1000]), Reason.UNREADABLE);
        assertRefusedCheaply(
                Pictures.tiff(Pictures.blocks(), 256, 4, 6000, 257, 4, 6000, 278, 4, 6000), Reason.UNREADABLE);
        assertRefusedCheaply(Pictures.tiff(Pictures.blocks(), 279, 4, 1 << 30), Reason.UNREADABLE);
        assertRefusedCheaply(Pictures.tiff(Pictures.blocks(), 273, 4, 1 << 30), Reason.UNREADABLE);
        assertRefusedCheaply(Pictures.tiff(Pictures.blocks(), 278, 4, 1), Reason.UNREADABLE);
        byte[] bmp = Pictures.written("bmp", Pictures.buffered(Pictures.blocks(), BufferedImage.TYPE_3BYTE_BGR), false);
        assertRefusedCheaply(patched(bmp, 18, 0, 0x10, 0, 0, 0, 0x10, 0, 0), Reason.UNREADABLE);
    }

    @Test
    void leavesMetadataBombsPacked() throws Exception {
        byte[] bomb = Pictures.deflated(new byte[64 << 20]);
        byte[] row = bytes(0, 128, 55, 201);
        byte[] file = png(
                1,
                1,
                8,
                2,
                row,
                pngChunk("iCCP", join(ascii("x\0\0"), bomb)),
                pngChunk("zTXt", join(ascii("x\0\0"), bomb)),
                pngChunk("iTXt", join(ascii("x\0\1\0\0\0"), bomb)));
        long before = allocated();

        RgbImage image = decoder.decode(file);

        assertThat(allocated() - before).isLessThan(3 * MANY_BYTES);
        assertThat(Pictures.colour(image, 0, 0)).isEqualTo(0x8037c9);
    }

    @Test
    void passesOverAbsurdExifAndIccOfJpeg() throws Exception {
        byte[] jpeg = Pictures.jpeg(Pictures.filled(16, 16, 0x808080));
        byte[] exif = join(ascii("Exif\0\0MM\0*"), bytes(0xff, 0xff, 0xff, 0xf0));
        byte[] entries = join(ascii("Exif\0\0MM\0*"), bytes(0, 0, 0, 8, 0xff, 0xff));
        byte[] icc = join(ascii("ICC_PROFILE\0"), bytes(3, 200), new byte[60_000]);
        byte[] file = Pictures.inserted(
                jpeg,
                20,
                Pictures.jpegSegment(0xe1, exif),
                Pictures.jpegSegment(0xe1, entries),
                Pictures.jpegSegment(0xe1, ascii("Exif\0\0")),
                Pictures.jpegSegment(0xe2, icc),
                Pictures.jpegSegment(0xe2, icc),
                Pictures.jpegSegment(0xfe, new byte[65_000]));

        assertThat(decoder.decode(file)).isEqualTo(Pictures.filled(16, 16, 0x808080));
    }

    @Test
    void growsAGifScreenThatIsTooSmall() throws Exception {
        byte[] gif =
                Pictures.written("gif", Pictures.buffered(Pictures.blocks(), BufferedImage.TYPE_BYTE_INDEXED), false);

        RgbImage image = decoder.decode(patched(gif, 6, 0, 0, 0, 0));

        assertThat(image).isEqualTo(decoder.decode(gif));
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void refusesEveryFileThatIsCutOff(ImageFormat format) throws Exception {
        byte[] file = sample(format);
        decoder.decode(file);
        for (int length = 1; length < file.length - slack(format); length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(ImageRejectedException.class)
                    .as("%s cut to %d of %d", format, length, file.length)
                    .isThrownBy(() -> decoder.decode(cut))
                    .satisfies(
                            e -> assertThat(e.reason()).isIn(Reason.UNREADABLE, Reason.UNREADABLE, Reason.UNREADABLE));
        }
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void stopsWhenTheTimeIsOver(ImageFormat format) {
        AtomicLong clock = new AtomicLong();
        // Each look at the clock finds it eleven seconds later.
        ImageDecoder hurried = new ImageDecoder(ImageLimits.DEFAULT, () -> Instant.ofEpochSecond(clock.addAndGet(11)));

        assertRejected(hurried, sample(format), Reason.TOO_LARGE, "20000 ms");
    }

    @Test
    void refusesVariantsThatAreNotRead() {
        assertRejected(join(ascii("II+\0"), new byte[20]), Reason.UNREADABLE, "BigTIFF");
        byte[] jpeg = Pictures.jpeg(Pictures.blocks());
        int frame = indexOf(jpeg, bytes(0xff, 0xc0));
        assertRejected(patched(jpeg, frame + 1, 0xc9), Reason.UNREADABLE, "c9");
        assertRejected(patched(jpeg, frame + 4, 12), Reason.UNREADABLE, "8 bits");
        assertRejected(Pictures.tiff(Pictures.blocks(), 339, 3, 3), Reason.UNREADABLE, "format 3");
        assertRejected(Pictures.tiff(Pictures.blocks(), 259, 3, 34661), Reason.UNREADABLE, "compression 34661");
    }

    @Test
    void refusesAJpegOfEndlessScans() {
        byte[] jpeg = Pictures.jpeg(Pictures.blocks());
        int scan = indexOf(jpeg, bytes(0xff, 0xda));
        byte[] one = Arrays.copyOfRange(jpeg, scan, jpeg.length - 2);
        byte[][] scans = new byte[200][];
        Arrays.fill(scans, one);

        assertRejected(Pictures.inserted(jpeg, scan, scans), Reason.UNREADABLE, "100 scans");
    }

    @Test
    void refusesDamagedChecksumsAndEmptyGifs() {
        byte[] png = ImageEncoder.PNG.encode(Pictures.blocks(), Map.of());
        assertRejected(patched(png, indexOf(png, ascii("IDAT")) + 12, 0x55), Reason.UNREADABLE, "checksum");
        assertRejected(
                join(ascii("GIF89a"), little16(1), little16(1), bytes(0, 0, 0, 0x3b)), Reason.UNREADABLE, "ends");
    }

    static byte[] sample(ImageFormat format) {
        return switch (format) {
            case JPEG -> Pictures.jpeg(Pictures.busy(24, 16));
            case PNG -> ImageEncoder.PNG.encode(Pictures.blocks(), Map.of("key", "value"));
            case WEBP -> Pictures.resource("lossy-alpha.webp");
            case GIF ->
                Pictures.written("gif", Pictures.buffered(Pictures.blocks(), BufferedImage.TYPE_BYTE_INDEXED), false);
            case BMP ->
                Pictures.written("bmp", Pictures.buffered(Pictures.blocks(), BufferedImage.TYPE_3BYTE_BGR), false);
            case TIFF -> Pictures.tiff(Pictures.blocks());
        };
    }

    /** How many last bytes a decoder can do without: a GIF's trailer, the number of a TIFF's next directory. */
    private static int slack(ImageFormat format) {
        return switch (format) {
            case GIF -> 1;
            case TIFF -> 4;
            default -> 0;
        };
    }

    private void assertRefusedCheaply(byte[] file, Reason reason) {
        long before = allocated();
        assertRejected(file, reason, "");
        assertThat(allocated() - before).isLessThan(MANY_BYTES);
    }

    private void assertRejected(byte[] file, Reason reason, String message) {
        assertRejected(decoder, file, reason, message);
    }

    private static void assertRejected(ImageDecoder decoder, byte[] file, Reason reason, String message) {
        assertThatExceptionOfType(ImageRejectedException.class)
                .isThrownBy(() -> decoder.decode(file))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.reason()).as(e.getMessage()).isEqualTo(reason));
    }

    /** Bytes that this thread has ever allocated. */
    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private static byte[] patched(byte[] file, int at, int... values) {
        byte[] copy = file.clone();
        for (int i = 0; i < values.length; i++) {
            copy[at + i] = (byte) values[i];
        }
        return copy;
    }

    private static int indexOf(byte[] file, byte[] part) {
        for (int at = 0; at <= file.length - part.length; at++) {
            if (Arrays.equals(file, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        throw new AssertionError("not found");
    }
}
