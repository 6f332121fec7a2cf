package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.stroke;
import static dev.semantica.pages.drawing.Forms.turned;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Shape;

/** Friends of the house. */
final class Pets {

    private Pets() {}

    /** A cat that sits; the pose swings its tail. */
    static void cat(Sketch s) {
        double swing = s.posed(-0.22, 0.22);
        s.limb(curve(0.3, 0.78, 0.8, 0.74, 0.86 + swing * 0.4, 0.3, 0.72 + swing, -0.06), 0.19, s.main);
        double width = s.amount("plumpness", 0.46, 0.62);
        Shape body = blob(0, -0.1, 0.34, 0.1, width, 0.56, 0.46, 0.92, -0.46, 0.92, -width, 0.56, -0.34, 0.1);
        s.part(body, s.main);
        s.detail(within(body, oval(0, 0.56, 0.24, 0.34)), Tone.lighter(s.main, 0.55));
        s.part(oval(-0.22, 0.88, 0.19, 0.1), s.main);
        s.part(oval(0.22, 0.88, 0.19, 0.1), s.main);
        s.part(polygon(-0.54, -0.4, -0.58, -1.02, -0.08, -0.72), s.main);
        s.part(polygon(0.54, -0.4, 0.58, -1.02, 0.08, -0.72), s.main);
        s.detail(polygon(-0.46, -0.6, -0.5, -0.88, -0.24, -0.72), Tone.BLUSH);
        s.detail(polygon(0.46, -0.6, 0.5, -0.88, 0.24, -0.72), Tone.BLUSH);
        Shape head = oval(0, -0.38, 0.6, 0.46);
        s.part(head, s.main);
        if (s.is("fur", "stripes")) {
            for (int i = -1; i <= 1; i++) {
                s.detail(within(head, stroke(lines(i * 0.17, -0.9, i * 0.13, -0.62), 0.09)), s.second);
                s.detail(within(body, stroke(lines(-0.7, 0.5 + i * 0.2, -0.3, 0.46 + i * 0.2), 0.08)), s.second);
                s.detail(within(body, stroke(lines(0.7, 0.5 + i * 0.2, 0.3, 0.46 + i * 0.2), 0.08)), s.second);
            }
        } else if (s.is("fur", "patch")) {
            s.detail(within(head, circle(0.34, -0.46, 0.32)), s.second);
            s.detail(within(body, circle(-0.36, 0.7, 0.26)), s.second);
        } else {
            s.part(box(-0.36, -0.06, 0.36, 0.1, 0.07), s.second);
            s.part(circle(0, 0.12, 0.11), Tone.GOLD);
        }
        s.bead(-0.24, -0.42, 0.12);
        s.bead(0.24, -0.42, 0.12);
        s.detail(polygon(-0.08, -0.28, 0.08, -0.28, 0, -0.19), Tone.BLUSH);
        s.mark(curve(-0.14, -0.12, -0.06, -0.09, 0, -0.18, 0.06, -0.09, 0.14, -0.12), 0.045, Tone.INK);
        for (int side = -1; side <= 1; side += 2) {
            s.mark(lines(side * 0.36, -0.24, side * 0.82, -0.3), 0.03, Tone.INK);
            s.mark(lines(side * 0.36, -0.17, side * 0.8, -0.12), 0.03, Tone.INK);
        }
    }

    /** A rabbit from the front; the pose bends an ear. */
    static void rabbit(Sketch s) {
        double length = s.amount("ears", 0.62, 0.84);
        Shape ear = oval(0.22, -0.28 - length / 2, 0.17, length / 2);
        Shape inner = oval(0.22, -0.28 - length / 2, 0.08, length / 2 - 0.1);
        for (int side = -1; side <= 1; side += 2) {
            double bend = side < 0 ? s.posed(-6, 36) : s.posed(36, -6);
            Shape bent = turned(ear, bend * 0.8 + 4, 0.2, -0.3);
            Shape bentInner = turned(inner, bend * 0.8 + 4, 0.2, -0.3);
            s.part(side > 0 ? bent : Forms.mirrored(bent), s.main);
            s.detail(side > 0 ? bentInner : Forms.mirrored(bentInner), Tone.BLUSH);
        }
        s.part(circle(0.56, 0.66, 0.2), Tone.PAPER);
        s.part(blob(0, 0.06, 0.36, 0.24, 0.52, 0.64, 0.36, 0.94, -0.36, 0.94, -0.52, 0.64, -0.36, 0.24), s.main);
        s.part(circle(0, -0.14, 0.46), s.main);
        s.part(oval(-0.28, 0.9, 0.22, 0.11), s.main);
        s.part(oval(0.28, 0.9, 0.22, 0.11), s.main);
        if (s.is("holds", "carrot")) {
            s.part(polygon(-0.12, 0.34, 0.12, 0.34, 0, 0.86), Tone.FLAME);
            s.mark(lines(0, 0.34, -0.1, 0.2), 0.07, Tone.LEAF);
            s.mark(lines(0, 0.34, 0.1, 0.2), 0.07, Tone.LEAF);
            s.part(circle(-0.18, 0.5, 0.12), s.main);
            s.part(circle(0.18, 0.5, 0.12), s.main);
        } else {
            s.part(polygon(0, 0.32, 0.32, 0.16, 0.32, 0.48), s.second);
            s.part(polygon(0, 0.32, -0.32, 0.16, -0.32, 0.48), s.second);
            s.part(circle(0, 0.32, 0.09), s.second);
        }
        s.bead(-0.19, -0.2, 0.1);
        s.bead(0.19, -0.2, 0.1);
        s.detail(circle(-0.3, -0.02, 0.09), Tone.BLUSH);
        s.detail(circle(0.3, -0.02, 0.09), Tone.BLUSH);
        s.detail(oval(0, -0.08, 0.07, 0.05), s.second);
        s.detail(box(-0.07, 0.06, 0.07, 0.17, 0.02), Tone.PAPER);
        s.mark(curve(-0.12, 0.02, 0, 0.06, 0.12, 0.02), 0.04, Tone.INK);
    }

    /** A robot; the pose waves its arms. */
    static void robot(Sketch s) {
        s.mark(lines(0, -0.76, s.posed(-0.1, 0.1), -0.98), 0.06, Tone.INK);
        s.part(circle(s.posed(-0.1, 0.1), -1.0, 0.1), s.second);
        s.limb(lines(-0.5, 0.1, -0.84, s.posed(-0.3, 0.5)), 0.15, Tone.METAL);
        s.limb(lines(0.5, 0.1, 0.84, s.posed(0.5, -0.3)), 0.15, Tone.METAL);
        if (s.is("walks-on", "legs")) {
            s.part(box(-0.34, 0.6, -0.12, 0.98, 0.04), Tone.METAL);
            s.part(box(0.12, 0.6, 0.34, 0.98, 0.04), Tone.METAL);
        } else {
            s.part(box(-0.52, 0.66, 0.52, 0.98, 0.16), Tone.INK);
            for (int i = -1; i <= 1; i++) {
                s.detail(circle(i * 0.3, 0.82, 0.09), Tone.METAL);
            }
        }
        s.part(box(-0.5, -0.06, 0.5, 0.7, 0.1), s.main);
        s.part(box(-0.12, -0.18, 0.12, 0.0, 0.02), Tone.METAL);
        double half = s.amount("head", 0.4, 0.56);
        s.part(box(-half, -0.78, half, -0.14, s.is("skull", "round") ? 0.3 : 0.06), s.main);
        s.detail(box(-half + 0.1, -0.64, half - 0.1, -0.3, 0.12), Tone.INK);
        s.detail(circle(-0.16, -0.47, 0.1), s.second);
        s.detail(circle(0.16, -0.47, 0.1), s.second);
        if (s.is("chest", "heart")) {
            s.detail(Forms.heart(0, 0.32, 0.22), s.second);
        } else {
            s.detail(box(-0.34, 0.1, 0.34, 0.34, 0.04), Tone.PAPER);
            for (int i = -1; i <= 1; i++) {
                s.detail(circle(i * 0.22, 0.52, 0.08), s.second);
            }
        }
    }
}
