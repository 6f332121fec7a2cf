package dev.semantica.sampler.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bounded reading of numbers from a file in memory: past its end is a typed rejection, never an exception of Java's. */
final class Bytes {

    private final byte[] bytes;
    private final String what;
    private final boolean littleEndian;

    Bytes(byte[] bytes, String what, boolean littleEndian) {
        this.bytes = bytes;
        this.what = what;
        this.littleEndian = littleEndian;
    }

    int length() {
        return bytes.length;
    }

    byte[] array() {
        return bytes;
    }

    /** Demands {@code count} bytes at {@code at}. */
    void need(long at, long count, String part) throws ImageRejectedException {
        if (at < 0 || count < 0 || at + count > bytes.length) {
            throw ImageRejectedException.truncated(what + ": " + part + " needs " + count + " bytes at " + at
                    + ", the file has " + bytes.length + "; it was cut off or lies about its size");
        }
    }

    int u8(long at) throws ImageRejectedException {
        need(at, 1, "a field");
        return bytes[(int) at] & 0xff;
    }

    int u16(long at) throws ImageRejectedException {
        need(at, 2, "a field");
        int first = bytes[(int) at] & 0xff;
        int second = bytes[(int) at + 1] & 0xff;
        return littleEndian ? (second << 8) | first : (first << 8) | second;
    }

    int u24(long at) throws ImageRejectedException {
        return littleEndian ? u16(at) | (u8(at + 2) << 16) : (u16(at) << 8) | u8(at + 2);
    }

    long u32(long at) throws ImageRejectedException {
        long first = u16(at);
        long second = u16(at + 2);
        return littleEndian ? (second << 16) | first : (first << 16) | second;
    }

    int s32(long at) throws ImageRejectedException {
        return (int) u32(at);
    }

    /** {@code count} bytes as Latin-1 text. */
    String text(long at, int count) throws ImageRejectedException {
        need(at, count, "a name");
        return new String(bytes, (int) at, count, StandardCharsets.ISO_8859_1);
    }

    boolean has(long at, String expected) {
        return at >= 0
                && at + expected.length() <= bytes.length
                && new String(bytes, (int) at, expected.length(), StandardCharsets.ISO_8859_1).equals(expected);
    }

    void copy(ByteArrayOutputStream out, long at, long count) throws ImageRejectedException {
        need(at, count, "a part");
        out.write(bytes, (int) at, (int) count);
    }
}
