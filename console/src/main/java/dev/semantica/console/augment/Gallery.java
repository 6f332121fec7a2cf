package dev.semantica.console.augment;

import dev.semantica.sampler.image.ContactSheet;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Shows a run to people: a contact sheet and a page, of the first pictures where there are many, so that neither outgrows memory. */
final class Gallery {

    static final String SHEET = "contact-sheet.png";
    static final String PAGE = "index.html";

    static final int PAGE_LINES = 200;

    private static final int SHEET_LINES = 24;
    private static final int SHEET_COLUMNS = 8;
    private static final int THUMBNAIL = 128;

    private final OutputFolder output;
    private final ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());

    Gallery(OutputFolder output) {
        this.output = output;
    }

    /** Writes both; returns how many sources are on the sheet. */
    int write(List<SourceImage> sources) throws IOException {
        List<ContactSheet.Line> lines = new ArrayList<>();
        StringBuilder rows = new StringBuilder();
        int varied = 0;
        int shown = 0;
        for (SourceImage source : sources) {
            Map<Integer, MetadataLine> done = output.done(source.id());
            varied += done.isEmpty() ? 0 : 1;
            RgbImage picture = done.isEmpty() || shown == PAGE_LINES ? null : decode(source.file());
            if (picture != null) {
                if (lines.size() < SHEET_LINES) {
                    lines.add(line(picture, done));
                }
                rows.append(row(source, picture, done));
                shown++;
            }
        }
        if (lines.isEmpty()) {
            return 0;
        }
        RgbImage sheet = ContactSheet.draw(lines, tile(lines));
        output.writeWhole(output.root().resolve(SHEET), ImageEncoder.PNG.encode(sheet, Map.of()));
        output.writeWhole(output.root().resolve(PAGE), page(extent(shown, varied), rows));
        return lines.size();
    }

    private ContactSheet.Line line(RgbImage source, Map<Integer, MetadataLine> done) throws IOException {
        List<RgbImage> variations = new ArrayList<>();
        for (MetadataLine line : done.values()) {
            RgbImage variation = decode(output.imageFile(line.fileName()));
            if (variation != null && variations.size() < SHEET_COLUMNS) {
                variations.add(variation);
            }
        }
        return new ContactSheet.Line(source, variations);
    }

    /** Small pictures are shown twice as large. */
    private static int tile(List<ContactSheet.Line> lines) {
        int width = lines.stream()
                .flatMap(line -> line.variations().stream())
                .mapToInt(RgbImage::width)
                .max()
                .orElse(THUMBNAIL);
        return Math.max(64, Math.min(width < 100 ? 2 * width : width, 256));
    }

    private RgbImage decode(Path file) throws IOException {
        try {
            return decoder.decode(Files.readAllBytes(file));
        } catch (ImageRejectedException e) {
            return null;
        }
    }

    private String row(SourceImage source, RgbImage picture, Map<Integer, MetadataLine> done) {
        byte[] thumbnail = ImageEncoder.PNG.encode(Resizing.cover(picture, THUMBNAIL, THUMBNAIL), Map.of());
        StringBuilder row = new StringBuilder(
                        "<section><figure class=\"source\"><img alt=\"source\" src=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(thumbnail))
                .append("\"><figcaption>")
                .append(escape(source.id()))
                .append("</figcaption></figure>");
        for (MetadataLine line : done.values()) {
            row.append("<figure><a href=\"")
                    .append(link(line.fileName()))
                    .append("\"><img loading=\"lazy\" alt=\"variation ")
                    .append(line.index())
                    .append("\" src=\"")
                    .append(link(line.fileName()))
                    .append("\"></a><figcaption>")
                    .append(line.index())
                    .append(line.similarity() == null ? "" : " · similarity %.2f".formatted(line.similarity()))
                    .append("</figcaption></figure>");
        }
        return row.append("</section>\n").toString();
    }

    private static String extent(int shown, int varied) {
        return shown == varied
                ? ""
                : "<p>%d of %d pictures; the others are in <code>%s</code>.</p>\n"
                        .formatted(shown, varied, OutputFolder.IMAGES);
    }

    private static String page(String extent, StringBuilder rows) {
        return """
                <!doctype html>
                <html lang="en">
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>Variations</title>
                <style>
                body { font: 14px/1.4 system-ui, sans-serif; margin: 2rem; background: #fafafa; color: #222; }
                section { display: flex; flex-wrap: wrap; gap: 8px; padding: 12px 0; border-bottom: 1px solid #ddd; }
                figure { margin: 0; width: 128px; }
                figure.source { margin-right: 16px; }
                img { width: 128px; height: 128px; object-fit: cover; border-radius: 4px; display: block; }
                figcaption { font-size: 11px; color: #666; overflow-wrap: anywhere; }
                </style>
                <h1>Variations</h1>
                <p>Left the source, right its variations. Every file carries what it takes to make it again:
                <code>semantica reproduce FILE --source SOURCE</code>.</p>
                """ + extent + rows + "</html>\n";
    }

    private static String link(String fileName) {
        StringBuilder link = new StringBuilder(OutputFolder.IMAGES);
        for (String part : fileName.split("/", -1)) {
            link.append('/')
                    .append(java.net.URLEncoder.encode(part, java.nio.charset.StandardCharsets.UTF_8)
                            .replace("+", "%20"));
        }
        return link.toString();
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
