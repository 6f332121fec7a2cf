package dev.semantica.sampler.image;

import java.util.Map;

/** The XMP packet of a variation (ISO 16684-1), with IPTC's DigitalSourceType. */
final class Xmp {

    private static final String SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

    private Xmp() {}

    static String packet(Map<String, String> metadata) {
        StringBuilder xml = new StringBuilder("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>")
                .append("<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">")
                .append("<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">")
                .append("<rdf:Description rdf:about=\"\"")
                .append(" xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\"")
                .append(" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"")
                .append(" xmlns:semantica=\"urn:semantica:provenance:1\"")
                .append(" Iptc4xmpExt:DigitalSourceType=\"")
                .append(SOURCE_TYPE)
                .append("\" xmp:CreatorTool=\"Semantica\"");
        metadata.forEach((key, value) -> xml.append(" semantica:")
                .append(key)
                .append("=\"")
                .append(escape(value))
                .append('"'));
        return xml.append("/></rdf:RDF></x:xmpmeta><?xpacket end=\"r\"?>").toString();
    }

    /** For a double-quoted attribute; characters that XML 1.0 cannot hold become U+FFFD. */
    private static String escape(String value) {
        StringBuilder escaped = new StringBuilder();
        value.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '"' -> escaped.append("&quot;");
                default ->
                    escaped.appendCodePoint(
                            c >= 0x20 && c != 0xFFFE && c != 0xFFFF && !(c >= 0xD800 && c <= 0xDFFF) ? c : 0xFFFD);
            }
        });
        return escaped.toString();
    }
}
