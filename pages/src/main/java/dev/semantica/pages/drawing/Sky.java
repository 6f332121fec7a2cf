package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Forms.arc;
import static dev.semantica.pages.drawing.Forms.blob;
import static dev.semantica.pages.drawing.Forms.box;
import static dev.semantica.pages.drawing.Forms.circle;
import static dev.semantica.pages.drawing.Forms.oval;
import static dev.semantica.pages.drawing.Forms.stroke;
import static dev.semantica.pages.drawing.Forms.turned;
import static dev.semantica.pages.drawing.Forms.within;

import java.awt.Shape;

/** What is far above. */
final class Sky {

    private Sky() {}

    /** A planet, perhaps with rings and moons; the pose turns it. */
    static void planet(Sketch s) {
        double radius = s.amount("size", 0.54, 0.64);
        boolean ringed = s.is("ring", "one");
        Shape ring = turned(stroke(oval(0, 0, 0.94, 0.24), 0.12), -18, 0, 0);
        if (ringed) {
            s.part(ring, s.second);
        }
        Shape ball = circle(0, 0, radius);
        s.part(ball, s.main);
        double spin = s.posed(-0.22, 0.22);
        switch (s.form("surface")) {
            case "bands" -> {
                for (int i = -1; i <= 1; i++) {
                    s.detail(
                            within(
                                    ball,
                                    turned(
                                            box(-2, i * 0.34 - 0.07 + spin * 0.4, 2, i * 0.34 + 0.07 + spin * 0.4, 0),
                                            -18,
                                            0,
                                            0)),
                            s.second);
                }
            }
            case "craters" -> {
                double[][] places = {{-0.26, -0.2, 0.15}, {0.2, -0.32, 0.1}, {0.1, 0.16, 0.17}, {-0.28, 0.3, 0.1}};
                for (double[] place : places) {
                    s.detail(within(ball, circle(place[0] + spin, place[1], place[2])), s.second);
                }
            }
            default -> {
                s.detail(
                        within(
                                ball,
                                blob(
                                        -0.5 + spin,
                                        -0.4,
                                        -0.1 + spin,
                                        -0.5,
                                        0.1 + spin,
                                        -0.2,
                                        -0.14 + spin,
                                        0.0,
                                        -0.2 + spin,
                                        0.3,
                                        -0.44 + spin,
                                        0.1)),
                        s.second);
                s.detail(
                        within(ball, blob(0.2 + spin, 0.1, 0.5 + spin, 0.0, 0.4 + spin, 0.4, 0.1 + spin, 0.44)),
                        s.second);
            }
        }
        s.mark(arc(0, 0, radius * 0.76, radius * 0.76, 110, 60), 0.07, Tone.lighter(s.main, 0.6));
        if (ringed) {
            Shape front = turned(box(-2, 0, 2, 2, 0), -18, 0, 0);
            s.part(within(front, ring), s.second);
        }
        for (int i = 0; i < s.number("moons"); i++) {
            s.part(circle(i == 0 ? 0.72 : -0.74, i == 0 ? -0.68 : 0.66, 0.15), Tone.PAPER);
        }
    }
}
