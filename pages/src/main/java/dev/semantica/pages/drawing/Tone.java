package dev.semantica.pages.drawing;

import java.awt.Color;

/** Colours that do not depend on the page, and what is mixed from others. */
final class Tone {

    static final Color INK = new Color(0x2b2530);
    static final Color PAPER = new Color(0xfffaf0);
    static final Color WOOD = new Color(0x8a5a38);
    static final Color LEAF = new Color(0x4c9a4a);
    static final Color GLASS = new Color(0xbfe3ee);
    static final Color METAL = new Color(0xb9bfca);
    static final Color GOLD = new Color(0xf2c14e);
    static final Color BLUSH = new Color(0xf08a8a);
    static final Color FLAME = new Color(0xf9a03f);
    static final Color SKIN = new Color(0xf3d9b1);
    static final Color STONE = new Color(0x8b8f9c);

    private Tone() {}

    /** From {@code a} (share 0) to {@code b} (share 1). */
    static Color mix(Color a, Color b, double share) {
        return new Color(
                blend(a.getRed(), b.getRed(), share),
                blend(a.getGreen(), b.getGreen(), share),
                blend(a.getBlue(), b.getBlue(), share));
    }

    static Color lighter(Color colour, double share) {
        return mix(colour, Color.WHITE, share);
    }

    static Color darker(Color colour, double share) {
        return mix(colour, new Color(0x1d1626), share);
    }

    /** Distance of two colours, 0 to 1, weighted roughly as eyes weigh (CompuPhase's "redmean"). */
    static double distance(Color a, Color b) {
        double red = (a.getRed() + b.getRed()) / 2.0;
        double dr = a.getRed() - b.getRed();
        double dg = a.getGreen() - b.getGreen();
        double db = a.getBlue() - b.getBlue();
        return Math.sqrt((2 + red / 256) * dr * dr + 4 * dg * dg + (2 + (255 - red) / 256) * db * db) / 765;
    }

    private static int blend(int a, int b, double share) {
        return (int) Math.round(a + (b - a) * share);
    }
}
