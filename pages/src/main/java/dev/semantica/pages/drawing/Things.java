package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.arc;
import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.curve;
import static dev.semantica.pages.drawing.Forms.heart;
import static dev.semantica.pages.drawing.Forms.lines;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.polygon;
import static dev.semantica.pages.drawing.Forms.stroke;
import static dev.semantica.pages.drawing.Forms.turned;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Shape;

/** What stands about in a house. */
final class Things {

    private Things() {}

    /** A cup with its handle to the right; the pose moves its steam. */
    static void cup(Sketch s) {
        double drift = s.posed(-0.12, 0.12);
        s.mark(curve(-0.3, -0.6, -0.3 + drift, -0.74, -0.3 - drift, -0.86, -0.28, -1.0), 0.08, Tone.PAPER);
        s.mark(curve(0.06, -0.6, 0.06 + drift, -0.74, 0.06 - drift, -0.86, 0.08, -1.0), 0.08, Tone.PAPER);
        double foot = s.amount("foot", 0.34, 0.54);
        s.limb(arc(0.5, 0.12, 0.42, 0.36, -100, 200), 0.15, s.main);
        Shape body = polygon(-0.68, -0.38, 0.56, -0.38, foot - 0.06, 0.86, -foot - 0.06, 0.86);
        s.part(body, s.main);
        switch (s.form("decoration")) {
            case "bands" -> {
                s.detail(within(body, box(-2, -0.02, 2, 0.18, 0)), s.second);
                s.detail(within(body, box(-2, 0.38, 2, 0.58, 0)), s.second);
            }
            case "heart" -> s.detail(heart(-0.06, 0.24, 0.3), s.second);
            default -> {
                for (int i = 0; i < 3; i++) {
                    s.detail(circle(-0.4 + i * 0.34, 0.04 + (i % 2) * 0.3, 0.12), s.second);
                }
            }
        }
        s.part(oval(-0.06, -0.4, 0.62, 0.16), Tone.lighter(s.main, 0.4));
        s.detail(oval(-0.06, -0.38, 0.48, 0.1), Tone.darker(Tone.WOOD, 0.35));
    }

    /** A lamp; the pose makes it shine more or less and swings its cord. */
    static void lamp(Sketch s) {
        s.part(s.is("foot", "round") ? oval(0, 0.88, 0.44, 0.12) : box(-0.4, 0.8, 0.4, 0.96, 0.03), s.second);
        s.part(
                s.is("stand", "vase")
                        ? blob(-0.08, 0.1, -0.26, 0.5, -0.1, 0.84, 0.1, 0.84, 0.26, 0.5, 0.08, 0.1)
                        : box(-0.07, -0.1, 0.07, 0.84, 0.03),
                s.second);
        double swing = s.posed(-0.06, 0.06);
        s.mark(lines(0.34, 0.0, 0.34 + swing, 0.3), 0.04, Tone.INK);
        s.detail(circle(0.34 + swing, 0.34, 0.07), Tone.GOLD);
        s.detail(oval(0, 0.12, 0.4, 0.2), Tone.GOLD);
        double top = s.amount("shade", 0.2, 0.46);
        Shape shade = polygon(-top, -0.92, top, -0.92, 0.78, 0.12, -0.78, 0.12);
        s.part(shade, s.main);
        s.detail(within(shade, box(-2, -0.08, 2, 0.04, 0)), s.second);
        s.mark(lines(-top * 0.6, -0.76, -0.42, -0.2), 0.07, Tone.lighter(s.main, s.posed(0.3, 0.7)));
    }

    /** A house; the pose moves its smoke. */
    static void house(Sketch s) {
        double drift = s.posed(-0.2, 0.2);
        if (s.is("chimney", "smoking")) {
            s.detail(circle(0.44 + drift * 0.5, -0.94, 0.1), Tone.PAPER);
            s.detail(circle(0.46 + drift * 1.3, -1.1, 0.13), Tone.PAPER);
            s.part(box(0.34, -0.84, 0.56, -0.2, 0.01), Tone.darker(s.second, 0.3));
        }
        s.part(box(-0.72, -0.16, 0.72, 0.92, 0.02), s.main);
        double ridge = s.amount("roof", -0.72, -1.0);
        s.part(
                s.is("gable", "flat-top")
                        ? polygon(-0.94, -0.1, -0.5, ridge + 0.1, 0.5, ridge + 0.1, 0.94, -0.1)
                        : polygon(-0.98, -0.08, 0, ridge, 0.98, -0.08),
                s.second);
        s.part(box(-0.16, 0.36, 0.2, 0.92, 0.04), Tone.WOOD);
        s.detail(circle(0.12, 0.66, 0.05), Tone.GOLD);
        int windows = s.number("windows");
        double[][] places = {{-0.44, 0.3}, {0.46, 0.3}, {0, 0.06}};
        for (int i = 0; i < windows; i++) {
            double x = places[i][0];
            double y = places[i][1];
            if (i == 2) {
                s.part(circle(0, -0.4, 0.15), Tone.GLASS);
            } else {
                s.part(box(x - 0.16, y - 0.18, x + 0.16, y + 0.18, 0.02), Tone.GLASS);
                s.mark(lines(x, y - 0.16, x, y + 0.16), 0.04, Tone.PAPER);
                s.mark(lines(x - 0.14, y, x + 0.14, y), 0.04, Tone.PAPER);
            }
        }
    }

    /** An alarm clock; the pose tells the time. */
    static void clock(Sketch s) {
        s.limb(lines(-0.4, 0.6, -0.56, 0.94), 0.14, s.second);
        s.limb(lines(0.4, 0.6, 0.56, 0.94), 0.14, s.second);
        if (s.is("top", "bells")) {
            s.part(turned(within(circle(0, -0.72, 0.3), box(-1, -2, 1, -0.66, 0)), -38, 0, 0.08), s.second);
            s.part(turned(within(circle(0, -0.72, 0.3), box(-1, -2, 1, -0.66, 0)), 38, 0, 0.08), s.second);
            s.limb(lines(0, -0.66, 0, -0.9), 0.08, s.second);
        } else {
            s.part(stroke(arc(0, -0.78, 0.17, 0.17, 0, 360), 0.1), s.second);
        }
        s.part(circle(0, 0.1, 0.78), s.main);
        double rim = s.amount("rim", 0.66, 0.54);
        s.part(circle(0, 0.1, rim), Tone.PAPER);
        int ticks = s.number("ticks");
        for (int i = 0; i < ticks; i++) {
            s.detail(
                    turned(box(-0.04, 0.1 - rim + 0.05, 0.04, 0.1 - rim + 0.17, 0.02), 360.0 * i / ticks, 0, 0.1),
                    Tone.INK);
        }
        double hour = s.posed(-150, 150);
        s.mark(turned(lines(0, 0.1, 0, -0.16), hour, 0, 0.1), 0.1, Tone.INK);
        s.mark(turned(lines(0, 0.1, 0, 0.2 - rim), hour * 2 + 90, 0, 0.1), 0.07, Tone.INK);
        s.detail(circle(0, 0.1, 0.08), s.second);
    }

    /** A teapot with its spout to the right; the pose lifts its lid. */
    static void teapot(Sketch s) {
        s.limb(arc(-0.56, 0.16, 0.4, 0.38, 80, 200), 0.14, s.second);
        s.part(blob(0.4, 0.4, 0.66, 0.1, 0.78, -0.36, 1.06, -0.46, 0.98, -0.22, 0.86, 0.2, 0.5, 0.66), s.main);
        double lift = s.posed(0.0, -0.16);
        s.part(Forms.moved(within(oval(0, -0.34, 0.42, 0.24), box(-1, -1, 1, -0.34, 0)), 0, lift), s.second);
        s.part(circle(0, -0.66 + lift, 0.12), s.second);
        double half = s.amount("belly", 0.62, 0.76);
        Shape body = blob(-0.4, -0.4, 0.4, -0.4, half, 0.16, 0.46, 0.76, -0.46, 0.76, -half, 0.16);
        s.part(body, s.main);
        switch (s.form("decoration")) {
            case "band" -> s.detail(within(body, box(-2, 0.06, 2, 0.34, 0)), s.second);
            case "dots" -> {
                for (int i = -1; i <= 1; i++) {
                    s.detail(circle(i * 0.36, 0.2 - Math.abs(i) * 0.06, 0.12), s.second);
                }
            }
            default -> {
                for (int i = 0; i < 5; i++) {
                    s.detail(turned(oval(0, 0.0, 0.09, 0.15), 72.0 * i, 0, 0.2), s.second);
                }
                s.detail(circle(0, 0.2, 0.09), Tone.GOLD);
            }
        }
        s.part(box(-0.36, 0.72, 0.36, 0.86, 0.05), s.second);
    }

    /** An umbrella; the pose opens it. */
    static void umbrella(Sketch s) {
        s.limb(
                s.is("handle", "hook")
                        ? curve(0, -0.4, 0, 0.3, 0, 0.72, 0.12, 0.92, 0.3, 0.88, 0.34, 0.7)
                        : lines(0, -0.4, 0, 0.9),
                0.08,
                Tone.WOOD);
        if (s.is("handle", "knob")) {
            s.part(circle(0, 0.88, 0.13), Tone.WOOD);
        }
        double half = s.posed(0.82, 1.0);
        double top = s.amount("dome", -0.7, -0.9);
        Shape dome = within(oval(0, 0.1, half, 0.1 - top), box(-2, -2, 2, 0.1, 0));
        int gores = s.number("gores");
        for (int i = 0; i < gores; i++) {
            double step = 2 * half / gores;
            dome = Forms.without(dome, oval(-half + step * (i + 0.5), 0.12, step / 2, 0.13));
        }
        s.part(dome, s.main);
        for (int i = 0; i < gores; i += 2) {
            double step = 2 / (double) gores;
            double left = -1 + step * i;
            Shape gore = Forms.without(
                    oval(0, 0.1, half * Math.abs(left) + 0.001, 0.1 - top),
                    oval(0, 0.1, half * Math.abs(left + step) + 0.001, 0.1 - top));
            Shape side = left + step / 2 < -0.01
                    ? within(gore, box(-2, -2, 0, 2, 0))
                    : within(
                            Forms.without(
                                    oval(0, 0.1, half * Math.abs(left + step) + 0.001, 0.1 - top),
                                    oval(0, 0.1, half * Math.abs(left) + 0.001, 0.1 - top)),
                            box(0, -2, 2, 2, 0));
            s.detail(
                    within(dome, Math.abs(left + step / 2) < 0.01 ? oval(0, 0.1, half * step / 2, 0.1 - top) : side),
                    s.second);
        }
        s.part(box(-0.05, top - 0.12, 0.05, top + 0.06, 0.04), Tone.WOOD);
    }

    /** A key with its bow on the left; the pose tilts its tag. */
    static void key(Sketch s) {
        double width = s.amount("shaft", 0.15, 0.22);
        int teeth = s.number("teeth");
        for (int i = 0; i < teeth; i++) {
            double x = 0.86 - i * 0.26;
            s.part(box(x - 0.09, 0, x + 0.09, i % 2 == 0 ? 0.44 : 0.34, 0.02), s.main);
        }
        s.part(box(-0.3, -width / 2, 1.0, width / 2, 0.03), s.main);
        s.part(box(-0.16, -0.2, -0.04, 0.2, 0.04), s.second);
        switch (s.form("bow")) {
            case "ring" -> s.part(Forms.without(circle(-0.58, 0, 0.44), circle(-0.58, 0, 0.22)), s.main);
            case "clover" ->
                s.part(
                        Forms.without(
                                Forms.join(
                                        circle(-0.4, -0.24, 0.26),
                                        circle(-0.4, 0.24, 0.26),
                                        circle(-0.76, 0, 0.28),
                                        circle(-0.5, 0, 0.2)),
                                circle(-0.56, 0, 0.13)),
                        s.main);
            default ->
                s.part(Forms.without(turned(heart(-0.58, 0, 0.5), -90, -0.58, 0), circle(-0.66, 0, 0.16)), s.main);
        }
        Shape tag = polygon(-0.68, 0.2, -0.42, 0.46, -0.42, 0.94, -0.94, 0.94, -0.94, 0.46);
        s.mark(lines(-0.68, 0.1, -0.68, 0.34), 0.05, Tone.INK);
        s.part(turned(tag, s.posed(-25, 25), -0.68, 0.16), s.second);
    }
}
