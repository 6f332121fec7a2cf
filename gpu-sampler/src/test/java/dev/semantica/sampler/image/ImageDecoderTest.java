package dev.semantica.sampler.image;

import static dev.semantica.sampler.image.Pictures.ascii;
import static dev.semantica.sampler.image.Pictures.bytes;
import static dev.semantica.sampler.image.Pictures.join;
import static dev.semantica.sampler.image.Pictures.png;
import static dev.semantica.sampler.image.Pictures.pngChunk;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageDecoderTest {

    private static final RgbImage BUSY = Pictures.busy(13, 11);

    private final ImageDecoder decoder = Pictures.decoder(ImageLimits.DEFAULT);

    @ParameterizedTest
    @CsvSource({"png,false", "png,true", "bmp,false", "tiff,false"})
    void keepsEveryPixelOfLosslessFormats(String format, boolean interlaced) throws Exception {
        byte[] file = Pictures.written(format, Pictures.buffered(BUSY, BufferedImage.TYPE_3BYTE_BGR), interlaced);

        assertThat(decoder.decode(file)).isEqualTo(BUSY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsGif(boolean interlaced) throws Exception {
        RgbImage blocks = Pictures.blocks();

        byte[] file = Pictures.written("gif", Pictures.buffered(blocks, BufferedImage.TYPE_BYTE_INDEXED), interlaced);

        // The JDK's palette steps by 51, so each channel is up to half a step off.
        assertNear(decoder.decode(file), blocks, 26);
    }

    @Test
    void readsBaselineAndProgressiveJpeg() throws Exception {
        RgbImage steps = Pictures.blocks(new int[][] {{5, 4}, {4, 5}});
        BufferedImage busy = Pictures.buffered(BUSY, BufferedImage.TYPE_3BYTE_BGR);
        BufferedImage plain = Pictures.buffered(steps, BufferedImage.TYPE_3BYTE_BGR);

        assertNear(decoder.decode(Pictures.written("jpeg", plain, false)), steps, 3);
        assertNear(decoder.decode(Pictures.written("jpeg", plain, true)), steps, 3);
        // The order of the coefficients in the file does not change the picture.
        assertThat(decoder.decode(Pictures.written("jpeg", busy, true)))
                .isEqualTo(decoder.decode(Pictures.written("jpeg", busy, false)));
    }

    @Test
    void sharesItsPixelsAmongThreads() throws Exception {
        byte[] file = ImageEncoder.PNG.encode(BUSY, Map.of());
        ImageDecoder narrow = Pictures.decoder(new ImageLimits(1 << 20, 13 * 11, Duration.ofSeconds(20)));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<RgbImage> decode = () -> narrow.decode(file);
            for (Future<RgbImage> image : threads.invokeAll(Collections.nCopies(40, decode))) {
                assertThat(image.get()).isEqualTo(BUSY);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lossy", "lossy-alpha"})
    void readsLossyWebp(String name) throws Exception {
        RgbImage expected = decoder.decode(Pictures.resource(name + ".png"));

        // The PNG was made by libwebp, which interpolates colour between pixels; the codec here repeats it. So they
        // differ at the edges of colours, and hardly elsewhere.
        byte[] actual = decoder.decode(Pictures.resource(name + ".webp")).rgb();
        double difference = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += Math.abs((actual[i] & 0xff) - (expected.rgb()[i] & 0xff));
        }
        assertThat(difference / actual.length).isLessThan(3);
    }

    @Test
    void readsLosslessWebp() throws Exception {
        assertThat(decoder.decode(Pictures.resource("lossless.webp"))).isEqualTo(Pictures.blocks());
    }

    @Test
    void placesTheFirstFrameOfAnAnimatedWebpOnItsCanvas() throws Exception {
        byte[] still = Pictures.resource("lossless.webp");
        byte[] picture = Arrays.copyOfRange(still, 12, still.length);
        byte[] frame = join(bytes(2, 0, 0, 1, 0, 0, 23, 0, 0, 15, 0, 0, 100, 0, 0, 0), picture);
        byte[] file = Pictures.webp(
                Pictures.webpChunk("VP8X", bytes(2, 0, 0, 0, 39, 0, 0, 29, 0, 0)),
                Pictures.webpChunk("ANIM", new byte[6]),
                Pictures.webpChunk("ANMF", frame),
                Pictures.webpChunk("ANMF", frame));

        RgbImage image = decoder.decode(file);

        assertThat(image.width()).isEqualTo(40);
        assertThat(image.height()).isEqualTo(30);
        assertThat(Pictures.colour(image, 3, 2)).isEqualTo(0xffffff);
        assertThat(Pictures.colour(image, 4, 2)).isEqualTo(Pictures.COLOURS[0]);
        assertThat(Pictures.colour(image, 27, 17)).isEqualTo(Pictures.COLOURS[5]);
        assertThat(Pictures.colour(image, 28, 17)).isEqualTo(0xffffff);
    }

    @Test
    void laysTransparencyOverTheBackground() throws Exception {
        byte[] file = png(3, 1, 8, 6, bytes(0, 255, 0, 0, 255, 0, 0, 255, 128, 9, 9, 9, 0));

        assertThat(pixels(decoder.decode(file))).containsExactly(0xff0000, 0x7f7fff, 0xffffff);
    }

    @Test
    void readsGrayAsItIsStored() throws Exception {
        assertThat(pixels(decoder.decode(png(2, 1, 8, 0, bytes(0, 128, 77))))).containsExactly(0x808080, 0x4d4d4d);
        assertThat(pixels(decoder.decode(png(2, 1, 8, 4, bytes(0, 128, 255, 100, 0)))))
                .containsExactly(0x808080, 0xffffff);
        assertThat(pixels(decoder.decode(png(4, 1, 2, 0, bytes(0, 0b00011011)))))
                .containsExactly(0x000000, 0x555555, 0xaaaaaa, 0xffffff);
        BufferedImage gray = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
        Arrays.fill(((DataBufferByte) gray.getRaster().getDataBuffer()).getData(), (byte) 128);
        for (String format : new String[] {"jpeg", "tiff"}) {
            assertThat(decoder.decode(Pictures.written(format, gray, false)))
                    .as(format)
                    .isEqualTo(Pictures.filled(16, 16, 0x808080));
        }
    }

    @Test
    void readsOneBitPictures() throws Exception {
        assertThat(pixels(decoder.decode(png(3, 1, 1, 0, bytes(0, 0b01000000)))))
                .containsExactly(0x000000, 0xffffff, 0x000000);
        BufferedImage checks = new BufferedImage(16, 2, BufferedImage.TYPE_BYTE_BINARY);
        checks.setRGB(3, 1, 0xffffff);
        for (String format : new String[] {"bmp", "tiff", "gif"}) {
            RgbImage image = decoder.decode(Pictures.written(format, checks, false));
            assertThat(Pictures.colour(image, 3, 1)).as(format).isEqualTo(0xffffff);
            assertThat(Pictures.colour(image, 2, 1)).as(format).isZero();
        }
    }

    @Test
    void readsPalettesWithTransparency() throws Exception {
        byte[] palette = pngChunk("PLTE", bytes(10, 20, 30, 40, 50, 60, 70, 80, 90));
        byte[] opacity = pngChunk("tRNS", bytes(255, 0));

        byte[] file = png(3, 1, 8, 3, bytes(0, 0, 1, 2), palette, opacity);

        assertThat(pixels(decoder.decode(file))).containsExactly(0x0a141e, 0xffffff, 0x46505a);
    }

    @Test
    void readsTheTransparentColourOfPng() throws Exception {
        byte[] rgb = png(2, 1, 8, 2, bytes(0, 1, 2, 3, 1, 2, 4), pngChunk("tRNS", bytes(0, 1, 0, 2, 0, 3)));
        byte[] gray = png(2, 1, 4, 0, bytes(0, 0x5a), pngChunk("tRNS", bytes(0, 5)));

        assertThat(pixels(decoder.decode(rgb))).containsExactly(0xffffff, 0x010204);
        assertThat(pixels(decoder.decode(gray))).containsExactly(0xffffff, 0xaaaaaa);
    }

    @Test
    void roundsSixteenBits() throws Exception {
        // 0x8000 / 257 = 127.5 and a little; 0x0080 / 257 = 0.498; 0x0081 / 257 = 0.502.
        byte[] rgb = png(1, 1, 16, 2, bytes(0, 0x80, 0x00, 0x00, 0x80, 0x00, 0x81));
        byte[] gray = png(2, 1, 16, 0, bytes(0, 0xff, 0xff, 0x12, 0x34));

        assertThat(pixels(decoder.decode(rgb))).containsExactly(0x800001);
        assertThat(pixels(decoder.decode(gray))).containsExactly(0xffffff, 0x121212);
    }

    @Test
    void readsYcckJpeg() throws Exception {
        assertNear(decoder.decode(Pictures.resource("ycck.jpg")), Pictures.blocks(), 3);
    }

    @Test
    void readsCmykJpegInBothPolarities() throws Exception {
        byte[] plain = cmykJpeg(51, 102, 0, 51);
        byte[] adobe = Pictures.inserted(
                plain, 2, Pictures.jpegSegment(0xee, join(ascii("Adobe"), bytes(0, 100, 0, 0, 0, 0, 0))));

        // 255 * (1 - 51/255) * (1 - 51/255) = 163.2, and so on.
        assertNear(decoder.decode(plain), Pictures.filled(16, 16, 0xa37acc), 2);
        // Inverted: C 204, M 153, Y 255, K 204.
        assertNear(decoder.decode(adobe), Pictures.filled(16, 16, 0x0a1400), 2);
    }

    @Test
    void convertsIccProfilesToSrgb() throws Exception {
        byte[] linearRgb = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] linearGray = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
        byte[] srgb = ICC_Profile.getInstance(ColorSpace.CS_sRGB).getData();

        // IEC 61966-2-1: linear 128 / 255 is sRGB 188, linear 55 / 255 is sRGB 128.
        RgbImage rgb = decoder.decode(png(1, 1, 8, 2, bytes(0, 128, 55, 255), iccp(linearRgb)));
        assertNear(rgb, Pictures.filled(1, 1, 0xbc80ff), 1);
        RgbImage gray = decoder.decode(png(1, 1, 8, 0, bytes(0, 128), iccp(linearGray)));
        assertNear(gray, Pictures.filled(1, 1, 0xbcbcbc), 1);
        byte[] alike = png(1, 1, 8, 2, bytes(0, 128, 55, 201), iccp(srgb));
        assertThat(pixels(decoder.decode(alike))).containsExactly(0x8037c9);
    }

    @Test
    void convertsIccProfilesOfJpegInSeveralSegments() throws Exception {
        byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        byte[] jpeg = Pictures.jpeg(Pictures.filled(16, 16, 0x808080));
        int half = profile.length / 2;
        byte[] first = join(ascii("ICC_PROFILE\0"), bytes(1, 2), Arrays.copyOf(profile, half));
        byte[] second = join(ascii("ICC_PROFILE\0"), bytes(2, 2), Arrays.copyOfRange(profile, half, profile.length));
        byte[] file =
                Pictures.inserted(jpeg, 20, Pictures.jpegSegment(0xe2, second), Pictures.jpegSegment(0xe2, first));

        assertNear(decoder.decode(file), Pictures.filled(16, 16, 0xbcbcbc), 1);
    }

    @Test
    void passesOverBrokenProfiles() throws Exception {
        byte[] wrongKind = ICC_Profile.getInstance(ColorSpace.CS_GRAY).getData();
        byte[] damaged = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
        Arrays.fill(damaged, 128, damaged.length, (byte) 0x55);
        byte[] row = bytes(0, 128, 55, 201);

        for (byte[] chunk : new byte[][] {
            iccp(wrongKind),
            iccp(damaged),
            iccp(new byte[200]),
            pngChunk("iCCP", ascii("no profile")),
            pngChunk("iCCP", new byte[0])
        }) {
            assertThat(pixels(decoder.decode(png(1, 1, 8, 2, row, chunk)))).containsExactly(0x8037c9);
        }
    }

    @Test
    void readsOnlyTheFirstPageOfACyclicTiff() throws Exception {
        // The directory of this one names itself as the next.
        assertThat(decoder.decode(Pictures.tiff(BUSY))).isEqualTo(BUSY);
    }

    @Test
    void readsTiffInInks() throws Exception {
        byte[] inks = {51, 102, 0, 51, 0, 0, 0, 0};
        byte[] file = Pictures.join(ascii("II*\0"), Pictures.little32(16), inks, cmykDirectory());

        assertThat(pixels(decoder.decode(file))).containsExactly(0xa37acc, 0xffffff);
    }

    private static byte[] cmykDirectory() {
        int[][] fields = {
            {256, 4, 2},
            {257, 4, 1},
            {258, 3, 8},
            {259, 3, 1},
            {262, 3, 5},
            {273, 4, 8},
            {277, 3, 4},
            {278, 4, 1},
            {279, 4, 8}
        };
        byte[] directory = Pictures.little16(fields.length);
        for (int[] field : fields) {
            directory = join(
                    directory,
                    Pictures.little16(field[0]),
                    Pictures.little16(field[1]),
                    Pictures.little32(1),
                    Pictures.little32(field[2]));
        }
        return join(directory, new byte[4]);
    }

    private static byte[] iccp(byte[] profile) {
        return pngChunk("iCCP", join(ascii("profile\0\0"), Pictures.deflated(profile)));
    }

    /** A JPEG of four bands without any application segment. */
    private static byte[] cmykJpeg(int... inks) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
        for (int i = 0; i < 256; i++) {
            raster.setPixel(i % 16, i / 16, inks);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            writer.write(new IIOImage(raster, null, null));
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    private static int[] pixels(RgbImage image) {
        int[] pixels = new int[image.width() * image.height()];
        Arrays.setAll(pixels, i -> Pictures.colour(image, i % image.width(), i / image.width()));
        return pixels;
    }

    static void assertNear(RgbImage actual, RgbImage expected, int tolerance) {
        assertThat(actual.width()).isEqualTo(expected.width());
        assertThat(actual.height()).isEqualTo(expected.height());
        for (int i = 0; i < actual.rgb().length; i++) {
            assertThat(actual.rgb()[i] & 0xff).as("byte %d", i).isCloseTo(expected.rgb()[i] & 0xff, offset(tolerance));
        }
    }
}
