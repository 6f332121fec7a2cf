package dev.semantica.sampler.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.testsupport.Damage;
import java.awt.image.BufferedImage;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Thousands of damaged files: each is decoded or refused by type, none costs more than its limits allow, and all
 * together leave neither threads nor memory behind. {@code -Dsemantica.seed=N} takes other damage.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImageFuzzTest {

    private static final int ROUNDS = 600;
    private static final long SEED = Long.getLong("semantica.seed", 20260101);
    private static final int PIXELS = 1 << 16;
    /** Room for 64 Ki pixels in every form that they pass through, and for the tables of lossless WebP. */
    private static final long MOST_ALLOCATED = 32 << 20;
    /** What the codecs' classes and tables may take, once. */
    private static final long MOST_KEPT = 16 << 20;

    private Set<Thread> threadsBefore;
    private long heapBefore;

    @BeforeAll
    void look() {
        for (ImageFormat format : ImageFormat.values()) {
            decodesOrRefuses(format, 50);
        }
        threadsBefore = Thread.getAllStackTraces().keySet();
        heapBefore = heap();
    }

    @AfterAll
    void leavesNothingBehind() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        assertThat(threads).as("no thread is lost").containsAll(aliveOf(threadsBefore));
        threads.removeAll(threadsBefore);
        assertThat(threads).as("no thread is left behind").isEmpty();
        assertThat(heap() - heapBefore).as("bytes kept").isLessThan(MOST_KEPT);
    }

    /** Of the threads before, those of the platform that may end by themselves left out. */
    private static Set<Thread> aliveOf(Set<Thread> threads) {
        return threads.stream().filter(thread -> !thread.isDaemon()).collect(Collectors.toSet());
    }

    private static long heap() {
        Runtime runtime = Runtime.getRuntime();
        System.gc();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void decodesOrRefuses(ImageFormat format) {
        decodesOrRefuses(format, ROUNDS);
    }

    private static void decodesOrRefuses(ImageFormat format, int rounds) {
        ImageDecoder decoder = Pictures.decoder(new ImageLimits(1 << 20, PIXELS, Duration.ofSeconds(20)));
        SplittableRandom random = new SplittableRandom(SEED + format.name().length());
        List<byte[]> seeds = seeds(format);
        int decoded = 0;
        int refused = 0;
        for (int round = 0; round < rounds; round++) {
            byte[] file = Damage.of(seeds.get(round % seeds.size()), seeds.get(random.nextInt(seeds.size())), random);
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
        assertThat(decoded + refused).isEqualTo(rounds);
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
