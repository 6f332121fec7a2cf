package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.turned;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Shape;

/** What one sees on a day out. */
final class Outdoors {

    private Outdoors() {}

    /** A kite; the pose moves its tail. */
    static void kite(Sketch s) {
        double swing = s.posed(-0.22, 0.22);
        Shape tail = curve(-0.14, 0.4, -0.34 + swing, 0.6, -0.1 - swing, 0.78, -0.34 + swing, 1.02);
        s.mark(tail, 0.05, Tone.INK);
        double[][] bows = {{-0.32 + swing, 0.58}, {-0.13 - swing, 0.8}};
        for (double[] bow : bows) {
            s.part(polygon(bow[0], bow[1], bow[0] - 0.18, bow[1] - 0.1, bow[0] - 0.18, bow[1] + 0.1), s.second);
            s.part(polygon(bow[0], bow[1], bow[0] + 0.18, bow[1] - 0.1, bow[0] + 0.18, bow[1] + 0.1), s.second);
        }
        double half = s.amount("width", 0.5, 0.7);
        Shape sail = turned(polygon(0, -1.04, half, -0.4, 0, 0.5, -half, -0.4), 16, 0, -0.3);
        s.part(sail, s.main);
        if (s.is("pattern", "quarters")) {
            s.detail(within(sail, turned(box(0, -2, 2, -0.4, 0), 16, 0, -0.3)), s.second);
            s.detail(within(sail, turned(box(-2, -0.4, 0, 2, 0), 16, 0, -0.3)), s.second);
        } else if (s.is("pattern", "face")) {
            s.bead(-0.16, -0.46, 0.09);
            s.bead(0.2, -0.36, 0.09);
            s.mark(curve(-0.2, -0.22, -0.06, -0.06, 0.14, -0.1), 0.07, s.second);
        } else {
            s.detail(within(sail, turned(box(-2, -0.58, 2, -0.36, 0), 16, 0, -0.3)), s.second);
            s.detail(within(sail, turned(box(-2, -0.1, 2, 0.1, 0), 16, 0, -0.3)), s.second);
        }
        s.mark(turned(lines(0, -1.0, 0, 0.46), 16, 0, -0.3), 0.035, Tone.INK);
        s.mark(turned(lines(-half, -0.4, half, -0.4), 16, 0, -0.3), 0.035, Tone.INK);
    }

    /** A lighthouse on its rock; the pose sends its beam up or down. */
    static void lighthouse(Sketch s) {
        double beam = s.posed(-14, 14);
        s.detail(turned(polygon(0.1, -0.7, 1.06, -0.98, 1.06, -0.44), beam, 0, -0.7), Tone.lighter(Tone.GOLD, 0.35));
        s.part(blob(-0.8, 0.98, -0.66, 0.72, -0.2, 0.66, 0.3, 0.62, 0.72, 0.76, 0.84, 0.98), Tone.STONE);
        double foot = s.amount("foot", 0.34, 0.48);
        Shape tower = polygon(-0.24, -0.48, 0.24, -0.48, foot, 0.74, -foot, 0.74);
        s.part(tower, s.main);
        int bands = s.number("bands");
        for (int i = 0; i < bands; i++) {
            double top = -0.3 + i * 0.96 / bands;
            s.detail(within(tower, box(-2, top, 2, top + 0.48 / bands, 0)), s.second);
        }
        s.part(box(-0.09, 0.46, 0.09, 0.74, 0.08), Tone.WOOD);
        s.part(box(-0.2, -0.86, 0.2, -0.54, 0.02), Tone.GOLD);
        s.mark(lines(0, -0.84, 0, -0.56), 0.04, Tone.INK);
        s.part(box(-0.36, -0.58, 0.36, -0.46, 0.03), Tone.INK);
        s.part(
                s.is("roof", "dome")
                        ? within(oval(0, -0.82, 0.28, 0.26), box(-2, -2, 2, -0.82, 0))
                        : polygon(-0.32, -0.82, 0, -1.14, 0.32, -0.82),
                s.second);
    }

    /** A guitar with its neck up; the pose turns its pegs and sounds its strings. */
    static void guitar(Sketch s) {
        for (int i = 0; i < 3; i++) {
            double y = -0.98 + i * 0.1;
            s.detail(circle(-0.19, y, 0.05), Tone.METAL);
            s.detail(circle(0.19, y, 0.05), Tone.METAL);
        }
        s.part(box(-0.075, -0.8, 0.075, 0.2, 0.02), Tone.WOOD);
        s.part(
                s.is("head", "slotted")
                        ? box(-0.15, -1.08, 0.15, -0.72, 0.04)
                        : polygon(-0.09, -0.72, -0.17, -1.06, 0.0, -1.14, 0.17, -1.06, 0.09, -0.72),
                s.second);
        double hip = s.amount("hips", 0.54, 0.68);
        if (s.is("body", "electric")) {
            s.part(
                    blob(
                            -0.14, 0.1, -0.4, -0.22, -0.52, -0.06, -0.36, 0.28, -hip, 0.66, -0.24, 0.96, 0.3, 0.94, hip,
                            0.64, 0.36, 0.28, 0.5, 0.0, 0.36, -0.14, 0.14, 0.1),
                    s.main);
            s.detail(blob(-0.08, 0.2, 0.3, 0.26, 0.36, 0.7, 0.08, 0.82, -0.1, 0.6), s.second);
            s.detail(box(-0.16, 0.32, 0.16, 0.4, 0.03), Tone.INK);
            s.detail(box(-0.16, 0.54, 0.16, 0.62, 0.03), Tone.INK);
        } else {
            s.part(
                    blob(
                            0, -0.1, 0.36, -0.04, 0.42, 0.16, 0.34, 0.34, hip, 0.64, 0.4, 0.96, 0, 1.0, -0.4, 0.96,
                            -hip, 0.64, -0.34, 0.34, -0.42, 0.16, -0.36, -0.04),
                    s.main);
            s.detail(circle(0, 0.3, 0.23), s.second);
            s.detail(circle(0, 0.3, 0.15), Tone.INK);
            s.part(box(-0.22, 0.7, 0.22, 0.8, 0.02), Tone.WOOD);
        }
        double sound = s.posed(-0.04, 0.04);
        s.mark(curve(-0.03, -0.76, -0.03 + sound, 0.0, -0.03, 0.74), 0.02, Tone.PAPER);
        s.mark(curve(0.03, -0.76, 0.03 - sound, 0.0, 0.03, 0.74), 0.02, Tone.PAPER);
        s.mark(lines(-0.07, -0.5, 0.07, -0.5), 0.025, Tone.METAL);
        s.mark(lines(-0.07, -0.3, 0.07, -0.3), 0.025, Tone.METAL);
    }
}
