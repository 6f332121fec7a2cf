package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.join;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.turned;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Color;
import java.awt.Shape;

/** What is sweet, and what is for holidays. */
final class Treats {

    private static final Color WAFFLE = new Color(0xe0a458);

    private Treats() {}

    /** Ice cream in a cone; the pose lets it melt aside. */
    static void iceCream(Sketch s) {
        double reach = s.amount("cone", 0.86, 1.04);
        Shape cone = polygon(-0.46, 0.0, 0.46, 0.0, 0, reach);
        s.part(cone, WAFFLE);
        for (int i = -2; i <= 2; i++) {
            s.detail(within(cone, Forms.stroke(lines(i * 0.24 - 0.3, -0.1, i * 0.24 + 0.3, 1.0), 0.035)), Tone.WOOD);
            s.detail(within(cone, Forms.stroke(lines(i * 0.24 + 0.3, -0.1, i * 0.24 - 0.3, 1.0), 0.035)), Tone.WOOD);
        }
        double melt = s.posed(-0.06, 0.06);
        int scoops = s.number("scoops");
        if (scoops == 3) {
            s.part(circle(-0.28, -0.3, 0.36), s.second);
            s.part(circle(0.3, -0.3, 0.36), s.main);
            s.part(circle(melt, -0.68, 0.34), Tone.PAPER);
        } else if (scoops == 2) {
            s.part(scoop(0, -0.12, 0.44), s.main);
            s.part(scoop(melt, -0.58, 0.38), s.second);
        } else {
            s.part(scoop(melt, -0.28, 0.58), s.main);
            s.detail(
                    blob(
                            -0.5 + melt,
                            -0.42,
                            -0.3 + melt,
                            -0.8,
                            0.1 + melt,
                            -0.86,
                            0.48 + melt,
                            -0.5,
                            0.3 + melt,
                            -0.34,
                            0.1 + melt,
                            -0.46,
                            -0.12 + melt,
                            -0.26,
                            -0.3 + melt,
                            -0.44),
                    s.second);
        }
        if (s.is("on-top", "cherry")) {
            s.mark(curve(melt, -0.98, melt + 0.1, -1.12, melt + 0.2, -1.14), 0.04, Tone.LEAF);
            s.part(circle(melt, -0.98, 0.12), new Color(0xc92a3a));
        } else {
            s.part(turned(box(0.1 + melt, -1.14, 0.22 + melt, -0.6, 0.04), 24, 0.16, -0.6), Tone.WOOD);
        }
    }

    private static Shape scoop(double x, double y, double r) {
        return join(
                circle(x, y, r),
                oval(x - r * 0.62, y + r * 0.7, r * 0.36, r * 0.28),
                oval(x, y + r * 0.78, r * 0.4, r * 0.28),
                oval(x + r * 0.62, y + r * 0.7, r * 0.36, r * 0.28));
    }

    /** A small cake in its paper; the pose moves its icing and what is on it. */
    static void cupcake(Sketch s) {
        double sway = s.posed(-0.08, 0.08);
        if (s.is("on-top", "candle")) {
            s.part(box(-0.06, -1.0, 0.06, -0.6, 0.02), Tone.PAPER);
            s.detail(blob(0, -0.98, 0.08, -1.06, sway, -1.22, -0.08, -1.06), Tone.FLAME);
        }
        Shape paper = polygon(-0.62, 0.16, 0.62, 0.16, 0.44, 0.92, -0.44, 0.92);
        s.part(paper, s.second);
        for (int i = -2; i <= 2; i++) {
            s.detail(
                    within(paper, Forms.stroke(lines(i * 0.26, 0.1, i * 0.19, 1.0), 0.055)),
                    Tone.darker(s.second, 0.3));
        }
        double wide = s.amount("icing", 0.66, 0.84);
        s.part(
                blob(-wide, 0.12, -wide + 0.12, -0.16, 0, -0.24, wide - 0.12, -0.16, wide, 0.12, 0.3, 0.26, -0.3, 0.26),
                s.main);
        s.part(oval(sway * 0.4, -0.24, wide * 0.72, 0.22), s.main);
        s.part(oval(sway, -0.5, wide * 0.44, 0.2), s.main);
        if (s.is("on-top", "cherry")) {
            s.part(circle(sway, -0.72, 0.17), new Color(0xc92a3a));
            s.mark(curve(sway, -0.86, sway + 0.08, -1.02, sway + 0.22, -1.06), 0.05, Tone.LEAF);
        }
        if (s.is("icing-with", "sprinkles")) {
            double[][] places = {
                {-0.46, 0.04},
                {-0.16, 0.1},
                {0.18, 0.02},
                {0.5, 0.08},
                {-0.28, -0.24},
                {0.06, -0.2},
                {0.32, -0.28},
                {-0.08, -0.5}
            };
            int i = 0;
            for (double[] place : places) {
                s.detail(
                        turned(
                                box(place[0] - 0.07, place[1] - 0.03, place[0] + 0.07, place[1] + 0.03, 0.03),
                                50 * i++,
                                place[0],
                                place[1]),
                        i % 2 == 0 ? s.second : Tone.GOLD);
            }
        }
    }

    /** A snowman; the pose waves its arms. */
    static void snowman(Sketch s) {
        double wave = s.posed(-0.2, 0.2);
        s.mark(lines(-0.34, 0.0, -0.84, -0.2 + wave, -0.96, -0.36 + wave), 0.06, Tone.WOOD);
        s.mark(lines(0.34, 0.0, 0.84, -0.2 - wave, 0.96, -0.36 - wave), 0.06, Tone.WOOD);
        double belly = s.amount("belly", 0.5, 0.64);
        Color snow = new Color(0xf4f8fd);
        s.part(circle(0, 0.96 - belly, belly), snow);
        s.part(circle(0, -0.08, 0.4), snow);
        s.part(circle(0, -0.5, 0.32), snow);
        for (int i = 0; i < s.number("buttons"); i++) {
            s.detail(circle(0, 0.06 + i * 0.2, 0.06), Tone.INK);
        }
        s.part(box(-0.32, -0.32, 0.32, -0.16, 0.07), s.main);
        s.part(polygon(0.12, -0.22, 0.34, -0.22, 0.4, 0.2, 0.18, 0.2), s.main);
        if (s.is("hat", "top-hat")) {
            s.part(box(-0.28, -1.1, 0.28, -0.7, 0.03), s.second);
            s.detail(box(-0.28, -0.84, 0.28, -0.74, 0), s.main);
            s.part(box(-0.46, -0.76, 0.46, -0.66, 0.04), s.second);
        } else {
            s.part(blob(-0.34, -0.68, -0.28, -0.92, 0, -1.0, 0.28, -0.92, 0.34, -0.68), s.second);
            s.part(box(-0.38, -0.74, 0.38, -0.62, 0.05), Tone.lighter(s.second, 0.3));
            s.part(circle(0, -1.02, 0.12), s.main);
        }
        s.bead(-0.12, -0.52, 0.06);
        s.bead(0.14, -0.52, 0.06);
        s.part(polygon(0.0, -0.48, 0.42, -0.4, 0.0, -0.36), Tone.FLAME);
    }
}
