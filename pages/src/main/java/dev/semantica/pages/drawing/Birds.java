package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.arc;
import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.mirrored;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.turned;

import java.awt.Shape;

/** What has feathers. */
final class Birds {

    private Birds() {}

    /** A songbird that looks to the right; the pose lifts its wing. */
    static void bird(Sketch s) {
        s.mark(lines(-0.06, 0.5, -0.1, 0.92, 0.04, 0.92), 0.07, Tone.FLAME);
        s.mark(lines(0.2, 0.5, 0.2, 0.92, 0.34, 0.92), 0.07, Tone.FLAME);
        switch (s.form("tail")) {
            case "forked" -> s.part(polygon(-0.4, 0.0, -1.0, -0.32, -0.8, 0.04, -1.0, 0.4, -0.36, 0.32), s.second);
            case "fan" -> s.part(blob(-0.4, 0.0, -0.8, -0.5, -1.0, -0.2, -1.02, 0.1, -0.9, 0.38, -0.4, 0.3), s.second);
            default -> s.part(polygon(-0.38, -0.02, -1.08, 0.3, -1.02, 0.46, -0.3, 0.34), s.second);
        }
        s.part(polygon(0.72, -0.5, 1.1, -0.36, 0.72, -0.22), Tone.FLAME);
        double belly = s.amount("plumpness", 0.4, 0.62);
        s.part(
                blob(
                        -0.62,
                        0.12,
                        -0.2,
                        -0.22,
                        0.16,
                        -0.62,
                        0.48,
                        -0.74,
                        0.78,
                        -0.52,
                        0.76,
                        -0.2,
                        0.62,
                        0.16,
                        0.4,
                        belly,
                        0.0,
                        belly + 0.08,
                        -0.4,
                        0.4),
                s.main);
        if (s.is("crest", "tuft")) {
            s.part(polygon(0.3, -0.66, 0.06, -1.0, 0.32, -0.92, 0.38, -1.12, 0.56, -0.72), s.second);
        }
        Shape wing = blob(-0.5, 0.14, -0.1, -0.16, 0.3, -0.1, 0.28, 0.14, 0.04, 0.34, -0.24, 0.34);
        s.part(turned(wing, s.posed(-10, 55), 0.28, 0), s.second);
        s.eye(0.54, -0.46, 0.13);
    }

    /** An owl from the front; the pose turns its gaze. */
    static void owl(Sketch s) {
        if (s.is("ears", "pointed")) {
            s.part(polygon(-0.62, -0.4, -0.66, -1.0, -0.2, -0.74), s.main);
            s.part(polygon(0.62, -0.4, 0.66, -1.0, 0.2, -0.74), s.main);
        }
        s.part(
                blob(
                        0, -0.84, 0.5, -0.74, 0.68, -0.3, 0.66, 0.3, 0.44, 0.8, 0, 0.92, -0.44, 0.8, -0.66, 0.3, -0.68,
                        -0.3, -0.5, -0.74),
                s.main);
        s.detail(oval(0, 0.38, 0.4, s.amount("belly", 0.34, 0.46)), Tone.lighter(s.second, 0.2));
        for (int row = 0; row < 3; row++) {
            for (int i = 0; i < 3 - row % 2; i++) {
                double x = (i - (2 - row % 2) / 2.0) * 0.24;
                s.mark(arc(x, 0.2 + row * 0.18, 0.09, 0.08, 180, 180), 0.05, Tone.darker(s.second, 0.35));
            }
        }
        Shape wing = blob(0.58, -0.12, 0.82, 0.2, 0.76, 0.6, 0.56, 0.66, 0.46, 0.3);
        s.part(wing, Tone.darker(s.main, 0.22));
        s.part(mirrored(wing), Tone.darker(s.main, 0.22));
        s.part(circle(-0.29, -0.38, 0.3), Tone.PAPER);
        s.part(circle(0.29, -0.38, 0.3), Tone.PAPER);
        double gaze = s.posed(-0.1, 0.1);
        s.bead(-0.29 + gaze, -0.38, 0.15);
        s.bead(0.29 + gaze, -0.38, 0.15);
        s.part(polygon(-0.12, -0.26, 0.12, -0.26, 0, 0.0), Tone.FLAME);
        s.part(oval(-0.24, 0.9, 0.16, 0.09), Tone.FLAME);
        s.part(oval(0.24, 0.9, 0.16, 0.09), Tone.FLAME);
    }

    /** A penguin from the front; the pose waves its wings. */
    static void penguin(Sketch s) {
        s.part(oval(-0.28, 0.9, 0.24, 0.1), Tone.FLAME);
        s.part(oval(0.28, 0.9, 0.24, 0.1), Tone.FLAME);
        Shape wing = blob(0.44, -0.22, 0.78, 0.1, 0.86, 0.42, 0.7, 0.46, 0.46, 0.24);
        s.part(turned(wing, s.posed(10, -50), 0.46, -0.1), s.main);
        s.part(mirrored(turned(wing, s.posed(-50, 10), 0.46, -0.1)), s.main);
        double width = s.amount("plumpness", 0.5, 0.68);
        s.part(
                blob(
                        0, -0.96, 0.36, -0.84, 0.46, -0.5, width, 0.1, width, 0.6, 0.3, 0.88, -0.3, 0.88, -width, 0.6,
                        -width, 0.1, -0.46, -0.5, -0.36, -0.84),
                s.main);
        s.detail(
                blob(0, -0.1, 0.34, 0.0, width - 0.14, 0.44, 0.24, 0.8, -0.24, 0.8, 0.14 - width, 0.44, -0.34, 0.0),
                Tone.PAPER);
        s.detail(oval(-0.16, -0.52, 0.2, 0.24), Tone.PAPER);
        s.detail(oval(0.16, -0.52, 0.2, 0.24), Tone.PAPER);
        s.bead(-0.16, -0.56, 0.09);
        s.bead(0.16, -0.56, 0.09);
        s.part(polygon(-0.14, -0.42, 0.14, -0.42, 0, -0.22), Tone.FLAME);
        if (s.is("wears", "scarf")) {
            s.part(blob(-0.48, -0.2, 0, -0.08, 0.48, -0.2, 0.5, 0.0, 0, 0.1, -0.5, 0.0), s.second);
            s.part(polygon(0.14, 0.02, 0.4, 0.0, 0.42, 0.46, 0.18, 0.46), s.second);
        } else if (s.is("wears", "bow")) {
            s.part(polygon(0, -0.08, 0.3, -0.26, 0.3, 0.1), s.second);
            s.part(polygon(0, -0.08, -0.3, -0.26, -0.3, 0.1), s.second);
        } else {
            s.part(blob(-0.44, -0.72, -0.3, -1.0, 0, -1.1, 0.3, -1.0, 0.44, -0.72, 0, -0.8), s.second);
            s.part(circle(0, -1.08, 0.12), Tone.PAPER);
        }
        s.mark(curve(-0.06, -0.2, 0, -0.18, 0.06, -0.2), 0.03, Tone.INK);
    }
}
