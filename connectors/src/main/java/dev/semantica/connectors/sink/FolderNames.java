package dev.semantica.connectors.sink;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.commons.codec.digest.DigestUtils;

/** Makes a folder's name of any text, another one for another text, the same on every file system. */
final class FolderNames {

    private static final int LONGEST = 150;
    private static final int DIGITS = 16;
    private static final String NOTHING = "%00";

    private FolderNames() {}

    /** Letters, digits, {@code _}, {@code -} and inner dots stay; other bytes of UTF-8 become {@code %XX}. */
    static String of(String text) {
        if (text == null || text.isEmpty()) {
            return NOTHING;
        }
        StringBuilder name = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) Byte.toUnsignedInt(b);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '_'
                    || c == '-'
                    || (c == '.' && name.length() > 0);
            name.append(plain ? String.valueOf(c) : String.format(Locale.ROOT, "%%%02X", (int) c));
        }
        return name.length() <= LONGEST
                ? name.toString()
                : name.substring(0, LONGEST) + "~" + DigestUtils.sha256Hex(text).substring(0, DIGITS);
    }
}
