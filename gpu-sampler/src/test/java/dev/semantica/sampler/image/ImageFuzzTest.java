package dev.semantica.sampler.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Thousands of damaged files: each is decoded or refused by type, and none costs more than its limits allow. */
class ImageFuzzTest {

    private static final int ROUNDS = 400;
    private static final long SEED = 20260101;
    private static final int PIXELS = 1 << 16;
    /** Room for 64 Ki pixels in every form that they pass through, and for the tables of lossless WebP. */
    private static final long MOST_ALLOCATED = 32 << 20;

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void decodesOrRefuses(ImageFormat format) {
        ImageDecoder decoder = Pictures.decoder(new ImageLimits(1 << 20, PIXELS, Duration.ofSeconds(20)));
        SplittableRandom random = new SplittableRandom(SEED + format.name().length());
        List<byte[]> seeds = seeds(format);
        int decoded = 0;
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] file = mutated(seeds.get(round % seeds.size()), random);
            if (format == ImageFormat.PNG && round % 4 != 0) {
                // Else the checksums would keep all damage from the codec.
                repairChecksums(file);
            }
            long before = allocated();
            try {
                RgbImage image = decoder.decode(file);
                assertThat(image.width() * image.height()).isLessThanOrEqualTo(PIXELS);
                decoded++;
            } catch (ImageRejectedException expected) {
                assertThat(expected.getMessage()).isNotBlank();
                refused++;
            } catch (RuntimeException | Error escaped) {
                throw new AssertionError(format + " round " + round + " of seed " + SEED, escaped);
            }
            assertThat(allocated() - before).as("round %d", round).isLessThan(MOST_ALLOCATED);
        }
        assertThat(decoded + refused).isEqualTo(ROUNDS);
        assertThat(refused).isPositive();
        assertThat(decoded).isPositive();
    }

    private static List<byte[]> seeds(ImageFormat format) {
        BufferedImage busy = Pictures.buffered(Pictures.busy(40, 30), BufferedImage.TYPE_3BYTE_BGR);
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(HostileImageTest.sample(format));
        switch (format) {
            case JPEG -> {
                seeds.add(Pictures.written("jpeg", busy, true));
                seeds.add(Pictures.resource("ycck.jpg"));
            }
            case PNG -> {
                seeds.add(Pictures.written("png", busy, true));
                seeds.add(Pictures.resource("lossy-alpha.png"));
            }
            case WEBP -> {
                seeds.add(Pictures.resource("lossy.webp"));
                seeds.add(Pictures.resource("lossless.webp"));
            }
            case TIFF -> seeds.add(Pictures.written("tiff", busy, false));
            case GIF, BMP -> {
                BufferedImage indexed = Pictures.buffered(Pictures.busy(40, 30), BufferedImage.TYPE_BYTE_INDEXED);
                seeds.add(Pictures.written(format.name(), indexed, true));
            }
        }
        return seeds;
    }

    /** Half of the damage falls into the first 64 bytes, where the headers are. */
    private static byte[] mutated(byte[] file, SplittableRandom random) {
        byte[] copy = file.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int range = random.nextBoolean() ? Math.min(64, copy.length) : copy.length;
            int at = random.nextInt(range);
            switch (random.nextInt(5)) {
                case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> copy[at] = (byte) random.nextInt(256);
                case 2 -> Arrays.fill(copy, at, Math.min(copy.length, at + 4), (byte) 0xff);
                case 3 -> copy = Arrays.copyOf(copy, Math.max(1, copy.length - random.nextInt(copy.length / 2)));
                default -> {
                    int from = random.nextInt(copy.length);
                    int length = Math.min(random.nextInt(32), copy.length - Math.max(from, at));
                    System.arraycopy(copy.clone(), from, copy, at, length);
                }
            }
        }
        return copy;
    }

    private static void repairChecksums(byte[] png) {
        ByteBuffer buffer = ByteBuffer.wrap(png);
        for (long at = 8; at + 12 <= png.length; ) {
            long length = buffer.getInt((int) at) & 0xffffffffL;
            if (at + 12 + length > png.length) {
                return;
            }
            CRC32 crc = new CRC32();
            crc.update(png, (int) at + 4, (int) length + 4);
            buffer.putInt((int) (at + 8 + length), (int) crc.getValue());
            at += 12 + length;
        }
    }

    private static long allocated() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
