package dev.semantica.sampler.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads back what {@link ImageEncoder} wrote into a PNG or JPEG. Never fails on hostile bytes; it just finds less. */
public final class ImageMetadata {

    private static final int MAX_ENTRIES = 64;
    private static final int MAX_ENTRY_BYTES = 16 * 1024;

    private ImageMetadata() {}

    /** The entries of an image file, in the order in which they were written; empty if it has none. */
    public static Map<String, String> read(byte[] image) {
        Map<String, String> entries = new LinkedHashMap<>();
        ImageFormat.of(image).ifPresent(format -> {
            if (format == ImageFormat.PNG) {
                readPng(ByteBuffer.wrap(image).position(ImageEncoder.PNG_SIGNATURE), entries);
            } else if (format == ImageFormat.JPEG) {
                readJpeg(ByteBuffer.wrap(image).position(2), entries);
            }
        });
        return entries;
    }

    private static void readPng(ByteBuffer chunks, Map<String, String> entries) {
        while (chunks.remaining() >= 12 && entries.size() < MAX_ENTRIES) {
            int length = chunks.getInt();
            int type = chunks.getInt();
            if (length < 0 || length > chunks.remaining() - 4) {
                return;
            }
            if (type == 0x69545874 && length <= MAX_ENTRY_BYTES) {
                byte[] content = new byte[length];
                chunks.get(chunks.position(), content);
                addText(content, entries);
            }
            chunks.position(chunks.position() + length + 4);
        }
    }

    /** Keyword, NUL, compression flag and method, language tag, NUL, translated keyword, NUL, text. */
    private static void addText(byte[] content, Map<String, String> entries) {
        int keywordEnd = indexOfNul(content, 0);
        if (keywordEnd < 0 || keywordEnd + 3 > content.length || content[keywordEnd + 1] != 0) {
            return;
        }
        int languageEnd = indexOfNul(content, keywordEnd + 3);
        int translatedEnd = languageEnd < 0 ? -1 : indexOfNul(content, languageEnd + 1);
        String keyword = new String(content, 0, keywordEnd, StandardCharsets.ISO_8859_1);
        if (translatedEnd >= 0 && keyword.startsWith(ImageEncoder.KEYWORD_PREFIX)) {
            entries.put(
                    keyword.substring(ImageEncoder.KEYWORD_PREFIX.length()),
                    new String(content, translatedEnd + 1, content.length - translatedEnd - 1, StandardCharsets.UTF_8));
        }
    }

    private static void readJpeg(ByteBuffer segments, Map<String, String> entries) {
        while (segments.remaining() >= 4 && entries.size() < MAX_ENTRIES) {
            int marker = segments.getShort() & 0xFFFF;
            int length = (segments.getShort() & 0xFFFF) - 2;
            // Start of scan: what follows is picture.
            if (marker < 0xFFC0 || marker == 0xFFDA || length < 0 || length > segments.remaining()) {
                return;
            }
            if (marker == 0xFFFE && length <= MAX_ENTRY_BYTES) {
                byte[] content = new byte[length];
                segments.get(segments.position(), content);
                String text = new String(content, StandardCharsets.UTF_8);
                int equals = text.indexOf('=');
                if (text.startsWith(ImageEncoder.KEYWORD_PREFIX) && equals > 0) {
                    entries.put(
                            text.substring(ImageEncoder.KEYWORD_PREFIX.length(), equals), text.substring(equals + 1));
                }
            }
            segments.position(segments.position() + length);
        }
    }

    private static int indexOfNul(byte[] content, int from) {
        for (int i = from; i < content.length; i++) {
            if (content[i] == 0) {
                return i;
            }
        }
        return -1;
    }
}
