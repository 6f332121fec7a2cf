package dev.semantica.sampler.image;

import java.util.Arrays;
import java.util.List;

/** A sheet of pictures: a line for each source, the source left, its variations right. */
public final class ContactSheet {

    private static final int GAP = 2;
    private static final int GUTTER = 8;
    private static final byte PAPER = (byte) 0xFA;

    private ContactSheet() {}

    /**
     * One line of a sheet.
     *
     * @param source the source
     * @param variations its variations, in order
     */
    public record Line(RgbImage source, List<RgbImage> variations) {}

    /**
     * Draws a sheet.
     *
     * @param lines at least one
     * @param tile width and height of a picture on the sheet, in pixels
     */
    public static RgbImage draw(List<Line> lines, int tile) {
        int columns =
                lines.stream().mapToInt(line -> line.variations().size()).max().orElse(0);
        int width = GAP + tile + GUTTER + columns * (tile + GAP);
        int height = GAP + lines.size() * (tile + GAP);
        byte[] rgb = new byte[3 * width * height];
        Arrays.fill(rgb, PAPER);
        RgbImage sheet = new RgbImage(width, height, rgb);
        for (int row = 0; row < lines.size(); row++) {
            int y = GAP + row * (tile + GAP);
            paste(sheet, Resizing.cover(lines.get(row).source(), tile, tile), GAP, y);
            for (int column = 0; column < lines.get(row).variations().size(); column++) {
                RgbImage picture = Resizing.cover(lines.get(row).variations().get(column), tile, tile);
                paste(sheet, picture, GAP + tile + GUTTER + column * (tile + GAP), y);
            }
        }
        return sheet;
    }

    private static void paste(RgbImage sheet, RgbImage picture, int x, int y) {
        for (int row = 0; row < picture.height(); row++) {
            System.arraycopy(
                    picture.rgb(),
                    3 * row * picture.width(),
                    sheet.rgb(),
                    3 * ((y + row) * sheet.width() + x),
                    3 * picture.width());
        }
    }
}
