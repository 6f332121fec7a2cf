package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.star;

import java.awt.Color;
import java.awt.Graphics2D;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/**
 * A flat drawing as advertisements and logos are: it belongs to no page. Words are bars, since fonts differ between
 * machines.
 */
public final class Advert {

    private static final int[] LOUD = {0xe23b3b, 0x1f6fd6, 0xf6c324, 0x22a06b, 0x222222, 0xffffff, 0x7a3ff2, 0xff7a1a};

    /** What it looks like. */
    public enum Form {
        /** A coloured field with a headline, lines of text and a button. */
        BANNER,
        /** A plain sign on one colour with a word below. */
        LOGO,
        /** A star that shouts a price. */
        SALE;

        /** As annotated. */
        public String id() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final List<Form> FORMS = List.of(Form.values());

    private final Form form;
    private final Color field;
    private final Color sign;
    private final int shape;
    private final double place;

    private Advert(RandomGenerator random) {
        this.form = FORMS.get(random.nextInt(FORMS.size()));
        int first = random.nextInt(LOUD.length);
        int other = (first + 1 + random.nextInt(LOUD.length - 1)) % LOUD.length;
        this.field = new Color(LOUD[first]);
        this.sign = new Color(LOUD[other]);
        this.shape = random.nextInt(4);
        this.place = random.nextDouble() - 0.5;
    }

    /** Draws its form and colours by lot. */
    public static Advert draw(RandomGenerator random) {
        return new Advert(random);
    }

    /** What it looks like. */
    public Form form() {
        return form;
    }

    void draw(Graphics2D graphics) {
        fill(graphics, box(-1, -1, 1, 1, 0), field);
        switch (form) {
            case BANNER -> banner(graphics);
            case LOGO -> logo(graphics);
            case SALE -> sale(graphics);
        }
    }

    private void banner(Graphics2D graphics) {
        fill(graphics, box(-1, -0.2 + place, 1, 1, 0), Tone.mix(field, sign, 0.2));
        fill(graphics, box(-0.8, -0.75, 0.55 + place * 0.5, -0.5, 0.04), sign);
        for (int i = 0; i < 3; i++) {
            fill(graphics, box(-0.8, -0.3 + i * 0.22, 0.7 - 0.2 * ((i + shape) % 3), -0.2 + i * 0.22, 0.03), sign);
        }
        fill(graphics, box(-0.35 + place, 0.5, 0.45 + place, 0.82, 0.16), sign);
        fill(graphics, box(-0.15 + place, 0.61, 0.25 + place, 0.71, 0.03), field);
    }

    private void logo(Graphics2D graphics) {
        switch (shape) {
            case 0 -> {
                fill(graphics, circle(0, -0.2, 0.55), sign);
                fill(graphics, circle(0.15 * place, -0.2, 0.3), field);
            }
            case 1 -> fill(graphics, polygon(0, -0.8, 0.6, 0.3, 0, 0.05, -0.6, 0.3), sign);
            case 2 -> {
                fill(graphics, box(-0.55, -0.7, -0.05, -0.2, 0.06), sign);
                fill(graphics, box(0.05, -0.2, 0.55, 0.3, 0.06), sign);
                fill(graphics, circle(0.3, -0.45, 0.25), sign);
            }
            default -> {
                fill(graphics, polygon(-0.6, -0.6, 0.1, -0.2, -0.6, 0.2), sign);
                fill(graphics, polygon(0, -0.6, 0.7, -0.2, 0, 0.2), sign);
            }
        }
        fill(graphics, box(-0.55 + place * 0.3, 0.55, 0.55, 0.72, 0.05), sign);
    }

    private void sale(Graphics2D graphics) {
        fill(graphics, star(0, 0, 10 + shape, 0.9, 0.66), sign);
        fill(graphics, box(-0.45, -0.3, 0.45, -0.02, 0.04), field);
        fill(graphics, box(-0.3 + place * 0.2, 0.12, 0.3, 0.28, 0.04), field);
    }

    private static void fill(Graphics2D graphics, java.awt.Shape shape, Color colour) {
        graphics.setPaint(colour);
        graphics.fill(shape);
    }
}
