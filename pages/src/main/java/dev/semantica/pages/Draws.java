package dev.semantica.pages;

import java.util.SplittableRandom;

/** Independent random streams, each keyed by the seed and by what it is for. */
final class Draws {

    static final long DESIGN = 1;
    static final long VARIATION = 2;
    static final long NOISE = 3;
    static final long FOREIGN = 4;

    private Draws() {}

    static SplittableRandom of(long seed, long purpose, long index, long image) {
        long key = mixed(seed);
        key = mixed(key ^ purpose);
        key = mixed(key ^ index);
        return new SplittableRandom(mixed(key ^ image));
    }

    /** SplitMix64's finaliser (Steele, Lea and Flood 2014, after Stafford's variant 13). */
    private static long mixed(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
