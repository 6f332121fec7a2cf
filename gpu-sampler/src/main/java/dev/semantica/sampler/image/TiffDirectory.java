package dev.semantica.sampler.image;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The first directory of a TIFF (TIFF 6.0, section 2) and nothing behind it: further pages, sub-directories and cyclic
 * chains of them are never followed.
 */
final class TiffDirectory {

    /** Bytes of one value by field type, 1 to 12. */
    private static final int[] TYPE_BYTES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

    private final Bytes bytes;
    private final boolean little;
    private final Map<Integer, Field> fields = new TreeMap<>();

    private record Field(int type, long count, long valuesAt, long entryAt) {}

    TiffDirectory(byte[] file) throws ImageRejectedException {
        this.little = file[0] == 'I';
        this.bytes = new Bytes(file, "TIFF", little);
        if (bytes.u16(2) != 42) {
            throw ImageRejectedException.unsupported(
                    "TIFF: version " + bytes.u16(2) + " (BigTIFF) is not read; save it as classic TIFF, version 42");
        }
        long at = bytes.u32(4);
        int count = bytes.u16(at);
        bytes.need(at + 2, 12L * count, "the first directory");
        for (int i = 0; i < count; i++) {
            long entry = at + 2 + 12L * i;
            int type = bytes.u16(entry + 2);
            long values = bytes.u32(entry + 4);
            if (type < 1 || type >= TYPE_BYTES.length) {
                continue;
            }
            long length = values * TYPE_BYTES[type];
            long valuesAt = length <= 4 ? entry + 8 : bytes.u32(entry + 8);
            bytes.need(valuesAt, length, "field " + bytes.u16(entry));
            fields.putIfAbsent(bytes.u16(entry), new Field(type, values, valuesAt, entry));
        }
    }

    Bytes bytes() {
        return bytes;
    }

    boolean has(int tag) {
        return fields.containsKey(tag);
    }

    /** How many values a field holds; 0 when it is absent. */
    long count(int tag) {
        Field field = fields.get(tag);
        return field == null ? 0 : field.count();
    }

    /** The i-th value of a field of whole numbers. */
    long value(int tag, long i) throws ImageRejectedException {
        Field field = fields.get(tag);
        if (field == null || i >= field.count()) {
            throw ImageRejectedException.corrupt("TIFF: field " + tag + " lacks its value " + (i + 1));
        }
        return switch (field.type()) {
            case 1 -> bytes.u8(field.valuesAt() + i);
            case 3 -> bytes.u16(field.valuesAt() + 2 * i);
            case 4 -> bytes.u32(field.valuesAt() + 4 * i);
            default ->
                throw ImageRejectedException.corrupt(
                        "TIFF: field " + tag + " has type " + field.type() + ", expected a whole number");
        };
    }

    long valueOr(int tag, long absent) throws ImageRejectedException {
        return has(tag) ? value(tag, 0) : absent;
    }

    /** The bytes of a field; empty when it is absent. */
    byte[] raw(int tag) {
        Field field = fields.get(tag);
        if (field == null) {
            return new byte[0];
        }
        int length = (int) (field.count() * TYPE_BYTES[field.type()]);
        return Arrays.copyOfRange(bytes.array(), (int) field.valuesAt(), (int) field.valuesAt() + length);
    }

    /**
     * The file with one directory behind it that holds only the named fields, some of them replaced by one SHORT, and no
     * next directory.
     */
    byte[] rewritten(Set<Integer> kept, Map<Integer, Integer> replaced) throws ImageRejectedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length() + 512);
        bytes.copy(out, 0, 4);
        long directoryAt = (long) bytes.length() + (bytes.length() & 1);
        write(out, directoryAt, 4);
        bytes.copy(out, 8, bytes.length() - 8L);
        if (directoryAt > bytes.length()) {
            out.write(0);
        }
        Set<Integer> tags = new TreeSet<>(kept);
        tags.retainAll(fields.keySet());
        tags.addAll(replaced.keySet());
        write(out, tags.size(), 2);
        for (int tag : tags) {
            Integer value = replaced.get(tag);
            if (value == null) {
                bytes.copy(out, fields.get(tag).entryAt(), 12);
            } else {
                write(out, tag, 2);
                write(out, 3, 2);
                write(out, 1, 4);
                write(out, value, 2);
                write(out, 0, 2);
            }
        }
        write(out, 0, 4);
        return out.toByteArray();
    }

    private void write(ByteArrayOutputStream out, long value, int count) {
        for (int i = 0; i < count; i++) {
            out.write((int) (value >>> (8 * (little ? i : count - 1 - i))));
        }
    }
}
