package dev.semantica.pages.drawing;

import java.awt.Color;
import java.util.Locale;

/** The colours that a subject may have: clearly apart from each other in any light that a {@link Variation} casts. */
enum Hue {
    RED(0.99f, 0.80f, 0.86f),
    ORANGE(0.075f, 0.84f, 0.96f),
    YELLOW(0.138f, 0.76f, 0.98f),
    GREEN(0.34f, 0.60f, 0.66f),
    TURQUOISE(0.485f, 0.62f, 0.80f),
    BLUE(0.605f, 0.74f, 0.84f),
    PURPLE(0.755f, 0.56f, 0.70f),
    PINK(0.92f, 0.48f, 0.97f),
    BROWN(0.06f, 0.58f, 0.50f),
    WHITE(0.12f, 0.05f, 0.98f);

    private final float hue;
    private final float saturation;
    private final float value;

    Hue(float hue, float saturation, float value) {
        this.hue = hue;
        this.saturation = saturation;
        this.value = value;
    }

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * A shade of this colour.
     *
     * @param shift −1 to 1: up to 0.012 of the colour circle and 0.05 of the value
     */
    Color shade(double shift) {
        float s = (float) shift;
        return new Color(
                Color.HSBtoRGB(hue + 0.012f * s, saturation * (1 - 0.06f * s), Math.min(1, value + 0.05f * s)));
    }
}
