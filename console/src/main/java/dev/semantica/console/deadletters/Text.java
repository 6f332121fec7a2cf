package dev.semantica.console.deadletters;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;

/** Bytes of unknown origin, made fit for a terminal. */
final class Text {

    private static final int COLUMNS = 16;

    private Text() {}

    /** Without line breaks and control characters. */
    static String line(String text) {
        return text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }

    /** As text where it is text, else its first bytes in hexadecimal. */
    static String shown(byte[] bytes) {
        if (bytes == null) {
            return "null";
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            if (text.codePoints().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c))) {
                return text;
            }
        } catch (CharacterCodingException e) {
            // Not text.
        }
        return "0x" + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 2 * COLUMNS))
                + (bytes.length > 2 * COLUMNS ? "…" : "");
    }

    /** The first bytes as rows of offset, hexadecimal, and ASCII. */
    static String dump(byte[] bytes, int most) {
        StringBuilder rows = new StringBuilder();
        int end = Math.min(bytes.length, most);
        for (int start = 0; start < end; start += COLUMNS) {
            int stop = Math.min(end, start + COLUMNS);
            StringBuilder ascii = new StringBuilder();
            for (int i = start; i < stop; i++) {
                ascii.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '.');
            }
            rows.append(String.format(
                    Locale.ROOT,
                    "  %06x  %-47s  %s%n",
                    start,
                    HexFormat.ofDelimiter(" ").formatHex(bytes, start, stop),
                    ascii));
        }
        if (bytes.length > end) {
            rows.append(String.format(Locale.ROOT, "  … %,d bytes more%n", bytes.length - end));
        }
        return rows.toString();
    }
}
