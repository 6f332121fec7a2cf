package dev.semantica.testsupport;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.SplittableRandom;

/** What may happen to bytes on their way, and what someone may do to them on purpose. */
public final class Damage {

    /** What overflows, what is negative, what is huge. */
    private static final int[] LENGTHS = {0, 1, -1, 0x7fffffff, 0x80000000, 0x00ffffff, 0xffff, 0x10000};

    private Damage() {}

    /**
     * One to four damages: flipped bits, other bytes, other lengths, truncation, pieces of the same or another file.
     * Half of them fall into the first 64 bytes, where headers are.
     */
    public static byte[] of(byte[] file, byte[] other, SplittableRandom random) {
        byte[] copy = file.clone();
        int changes = 1 + random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            int range = random.nextBoolean() ? Math.min(64, copy.length) : copy.length;
            int at = random.nextInt(range);
            switch (random.nextInt(7)) {
                case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> copy[at] = (byte) random.nextInt(256);
                case 2 -> Arrays.fill(copy, at, Math.min(copy.length, at + 4), (byte) 0xff);
                case 3 -> copy = Arrays.copyOf(copy, Math.max(1, copy.length - random.nextInt(copy.length / 2 + 1)));
                case 4 -> length(copy, at, random);
                case 5 -> piece(copy.clone(), copy, at, random);
                default -> piece(other, copy, at, random);
            }
        }
        return copy;
    }

    private static void length(byte[] file, int at, SplittableRandom random) {
        if (at + 4 <= file.length) {
            ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            ByteBuffer.wrap(file).order(order).putInt(at, LENGTHS[random.nextInt(LENGTHS.length)]);
        }
    }

    private static void piece(byte[] of, byte[] file, int at, SplittableRandom random) {
        int from = random.nextInt(of.length);
        int length = Math.min(random.nextInt(32), Math.min(of.length - from, file.length - at));
        System.arraycopy(of, from, file, at, length);
    }
}
