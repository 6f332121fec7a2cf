package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.stroke;
import static dev.semantica.pages.drawing.Forms.turned;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Shape;

/** What lives in water. */
final class WaterAnimals {

    private WaterAnimals() {}

    /** A fish that swims to the right; the pose swings its tail. */
    static void fish(Sketch s) {
        Shape tail = s.is("tail", "forked")
                ? polygon(-0.46, 0, -1.02, -0.56, -0.82, 0, -1.02, 0.56)
                : blob(-0.44, 0, -0.84, -0.5, -1.02, -0.36, -0.98, 0, -1.02, 0.36, -0.84, 0.5);
        s.part(turned(tail, s.posed(-18, 18), -0.44, 0), s.second);
        double height = s.amount("height", 0.42, 0.66);
        s.part(blob(-0.3, -height * 0.7, 0.0, -height - 0.28, 0.4, -height * 0.86, 0.3, -height * 0.4), s.second);
        s.part(blob(-0.1, height * 0.8, -0.2, height + 0.22, 0.2, height * 0.8), s.second);
        Shape body = blob(
                -0.66,
                0,
                -0.3,
                -height * 0.78,
                0.24,
                -height,
                0.74,
                -height * 0.6,
                0.98,
                0,
                0.74,
                height * 0.6,
                0.24,
                height,
                -0.3,
                height * 0.78);
        s.part(body, s.main);
        int bands = s.number("bands");
        for (int i = 0; i < bands; i++) {
            double x = 0.3 - i * 0.3;
            s.detail(within(body, stroke(curve(x, -1, x + 0.1, 0, x, 1), 0.13)), s.second);
        }
        s.mark(curve(0.44, -0.24, 0.52, 0, 0.44, 0.24), 0.05, Tone.darker(s.main, 0.4));
        s.part(turned(blob(0.26, 0.1, -0.06, 0.0, -0.1, 0.24, 0.1, 0.32), s.posed(20, -20), 0.26, 0.14), s.second);
        s.eye(0.66, -0.16, 0.13);
        s.mark(curve(0.96, 0.1, 0.86, 0.16, 0.76, 0.14), 0.05, Tone.INK);
    }

    /** A whale that swims to the right; the pose raises its tail and its spout. */
    static void whale(Sketch s) {
        double lift = s.posed(-0.12, 0.12);
        double height = s.posed(-0.72, -0.98);
        s.mark(curve(0.34, -0.4, 0.32, height, 0.1, height), 0.1, Tone.GLASS);
        s.mark(curve(0.34, -0.4, 0.36, height, 0.6, height), 0.1, Tone.GLASS);
        Shape fluke = s.is("fluke", "wide")
                ? blob(-0.84, -0.24, -1.12, -0.6, -0.92, -0.62, -0.76, -0.46, -0.56, -0.66, -0.4, -0.58, -0.66, -0.22)
                : polygon(-0.86, -0.2, -1.08, -0.66, -0.76, -0.42, -0.48, -0.7, -0.64, -0.18);
        s.part(Forms.moved(fluke, 0, lift), s.main);
        double belly = s.amount("belly", 0.56, 0.74);
        Shape body = blob(
                -0.84,
                -0.26 + lift,
                -0.66,
                -0.26 + lift,
                -0.44,
                0.02,
                -0.1,
                -0.34,
                0.4,
                -0.46,
                0.84,
                -0.26,
                1.0,
                0.12,
                0.84,
                belly - 0.14,
                0.3,
                belly,
                -0.3,
                belly - 0.1,
                -0.72,
                0.2);
        s.part(body, s.main);
        Shape under = within(body, blob(-0.5, 0.5, 0, 0.26, 0.6, 0.22, 1.2, 0.16, 1.1, 1.0, -0.4, 1.0));
        s.detail(under, Tone.lighter(s.second, 0.12));
        if (s.is("belly-lines", "grooves")) {
            for (int i = 0; i < 3; i++) {
                s.detail(
                        within(
                                under,
                                stroke(curve(0.02, 0.42 + i * 0.13, 0.5, 0.36 + i * 0.13, 1.0, 0.28 + i * 0.13), 0.04)),
                        Tone.darker(s.second, 0.4));
            }
        }
        s.part(
                turned(blob(0.2, 0.3, 0.3, 0.5, 0.1, 0.84, -0.06, 0.7, 0.02, 0.4), s.posed(-16, 26), 0.16, 0.36),
                s.main);
        s.bead(0.62, 0.04, 0.1);
    }

    /** An octopus from the front; the pose curls its arms. */
    static void octopus(Sketch s) {
        int arms = s.number("arms");
        double curl = s.posed(-0.16, 0.16);
        for (int i = 0; i < arms; i++) {
            double x = -0.56 + 1.12 * i / (arms - 1);
            double out = x * 1.5;
            s.limb(curve(x * 0.7, 0.1, x, 0.4, out + curl, 0.68, out + (x < 0 ? -0.1 : 0.1) - curl, 0.92), 0.2, s.main);
        }
        double head = s.amount("head", 0.62, 0.78);
        s.part(
                blob(
                        0, -0.94, 0.46, -0.8, head, -0.34, 0.56, 0.16, 0.4, 0.32, -0.4, 0.32, -0.56, 0.16, -head, -0.34,
                        -0.46, -0.8),
                s.main);
        if (s.is("head-marks", "spots")) {
            s.detail(circle(-0.26, -0.66, 0.12), s.second);
            s.detail(circle(0.12, -0.76, 0.09), s.second);
            s.detail(circle(0.36, -0.54, 0.12), s.second);
        } else {
            s.part(oval(0, -0.84, 0.42, 0.12), s.second);
            s.part(blob(-0.26, -0.86, -0.24, -1.14, 0.24, -1.14, 0.26, -0.86), s.second);
        }
        s.eye(-0.24, -0.16, 0.19);
        s.eye(0.24, -0.16, 0.19);
        s.mark(curve(-0.14, 0.14, 0, 0.2, 0.14, 0.14), 0.06, Tone.INK);
    }

    /** A turtle that walks to the right; the pose stretches its neck. */
    static void turtle(Sketch s) {
        double neck = s.posed(-0.08, 0.08);
        s.part(polygon(-0.8, 0.36, -1.08, 0.56, -0.7, 0.54), s.second);
        for (double x : new double[] {-0.56, 0.4}) {
            s.part(Forms.box(x - 0.16, 0.3, x + 0.16, 0.82, 0.14), s.second);
        }
        s.part(
                blob(
                        0.4,
                        0.3,
                        0.62,
                        0.0,
                        0.66 + neck,
                        -0.26,
                        0.86 + neck,
                        -0.4,
                        1.06 + neck,
                        -0.24,
                        1.04 + neck,
                        0.0,
                        0.86,
                        0.2,
                        0.64,
                        0.52),
                s.second);
        s.bead(0.9 + neck, -0.18, 0.09);
        s.mark(curve(0.86 + neck, 0.0, 0.94 + neck, 0.02, 1.02 + neck, -0.04), 0.04, Tone.INK);
        double top = s.amount("dome", -0.5, -0.76);
        Shape shell = within(Forms.oval(-0.12, 0.42, 0.8, 0.42 - top), Forms.box(-2, -2, 2, 0.42, 0));
        s.part(shell, s.main);
        if (s.is("shell", "plates")) {
            double middle = (top + 0.42) / 2;
            s.detail(
                    polygon(-0.4, middle - 0.02, -0.12, top + 0.14, 0.16, middle - 0.02, 0.04, 0.34, -0.28, 0.34),
                    s.second);
            s.mark(lines(-0.4, middle, -0.76, middle + 0.2), 0.06, Tone.darker(s.main, 0.4));
            s.mark(lines(0.16, middle, 0.52, middle + 0.2), 0.06, Tone.darker(s.main, 0.4));
        } else {
            for (int i = -1; i <= 1; i++) {
                s.detail(circle(-0.12 + i * 0.4, 0.14, 0.13), s.second);
                s.detail(circle(-0.12 + i * 0.22, i == 0 ? top + 0.2 : -0.14, i == 0 ? 0.11 : 0.0), s.second);
            }
        }
        s.part(Forms.box(-0.98, 0.34, 0.72, 0.5, 0.08), Tone.darker(s.main, 0.25));
    }
}
