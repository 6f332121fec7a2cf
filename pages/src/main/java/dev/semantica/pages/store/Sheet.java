package dev.semantica.pages.store;

import dev.semantica.pages.ProceduralPage;
import dev.semantica.pages.ProceduralPages;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;

/** A contact sheet: a line a page, two columns of pages, six images of each at most. */
final class Sheet {

    private static final int MOST_PAGES = 12;
    private static final int MOST_IMAGES = 6;
    private static final int GAP = 8;

    private Sheet() {}

    static BufferedImage draw(ProceduralPages pages, long first, int count) {
        int shown = Math.min(MOST_PAGES, count);
        int images = Math.min(MOST_IMAGES, pages.config().images());
        int size = pages.config().size();
        int columns = shown > 1 ? 2 : 1;
        int lines = (shown + columns - 1) / columns;
        int width = images * size + GAP;
        BufferedImage sheet =
                new BufferedImage(columns * width - GAP, lines * (size + GAP) - GAP, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        for (int place = 0; place < shown; place++) {
            ProceduralPage page = pages.page(first + place);
            for (int image = 0; image < images; image++) {
                int x = place / lines * width + image * size;
                graphics.drawImage(page.render(image), x, place % lines * (size + GAP), null);
            }
        }
        graphics.dispose();
        return sheet;
    }
}
