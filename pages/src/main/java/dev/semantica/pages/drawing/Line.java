package dev.semantica.pages.drawing;

import java.awt.Color;
import java.util.Locale;

/** How a page draws the contours of its subject. */
enum Line {
    NONE(0),
    THIN(0.034),
    THICK(0.085),
    COLOURED(0.07),
    LIGHT(0.08);

    private final double width;

    Line(double width) {
        this.width = width;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Width in units of the subject's half height when it stands alone. */
    double width() {
        return width;
    }

    Color colour(Color filled) {
        return switch (this) {
            case COLOURED -> Tone.darker(filled, 0.5);
            case LIGHT -> Tone.PAPER;
            case NONE, THIN, THICK -> Tone.INK;
        };
    }
}
