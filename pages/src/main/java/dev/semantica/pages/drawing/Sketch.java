package dev.semantica.pages.drawing;

import dev.semantica.pages.factor.Factors;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.Rectangle2D;

/** What a kind draws its subject with: the page's colours, contours and traits, and the image's pose. */
final class Sketch {

    private static final double MOST_WOBBLE = 0.12;

    private final Graphics2D graphics;
    private final Line line;
    private final double lineWidth;
    private final Factors traits;
    private final double pose;
    private final double wobble;
    final Color main;
    final Color second;

    Sketch(Graphics2D graphics, Design design, Variation variation, double lineWidth) {
        this.graphics = graphics;
        this.line = design.line();
        this.lineWidth = lineWidth;
        this.traits = design.traits();
        this.pose = variation.pose();
        this.wobble = variation.wobble();
        this.main = design.mainColour();
        this.second = design.secondColour();
    }

    /** How the subject holds itself in this image, −1 to 1; a kind says what that is. */
    double pose() {
        return pose;
    }

    /** A value between two bounds by the pose. */
    double posed(double low, double high) {
        return low + (high - low) * (pose + 1) / 2;
    }

    /** The form of a trait. */
    String form(String trait) {
        return traits.category(trait).orElseThrow();
    }

    /** Whether a trait has this form. */
    boolean is(String trait, String form) {
        return form(trait).equals(form);
    }

    /** A number of parts. */
    int number(String trait) {
        return (int) traits.quantity(trait).orElseThrow();
    }

    /** An amount between two bounds, a little off as the image's wobble wants. */
    double amount(String trait, double low, double high) {
        double share = traits.quantity(trait).orElseThrow() + MOST_WOBBLE * wobble;
        return low + (high - low) * share;
    }

    /** A part with contour and shading. */
    void part(Shape shape, Color colour) {
        shade(shape, colour);
        if (line != Line.NONE) {
            mark(shape, lineWidth, line.colour(colour));
        }
    }

    /** A part that is a thick line with round ends. */
    void limb(Shape path, double width, Color colour) {
        part(Forms.stroke(path, width), colour);
    }

    /** A shaded part without contour. */
    void shade(Shape shape, Color colour) {
        Rectangle2D bounds = shape.getBounds2D();
        graphics.setPaint(new GradientPaint(
                (float) bounds.getMinX(),
                (float) bounds.getMinY(),
                Tone.lighter(colour, 0.16),
                (float) (bounds.getMinX() + bounds.getWidth() * 0.7),
                (float) bounds.getMaxY(),
                Tone.darker(colour, 0.16)));
        graphics.fill(shape);
    }

    /** A detail of even colour without contour. */
    void detail(Shape shape, Color colour) {
        graphics.setPaint(colour);
        graphics.fill(shape);
    }

    /** A drawn line. */
    void mark(Shape path, double width, Color colour) {
        graphics.setPaint(colour);
        graphics.setStroke(new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(path);
    }

    /** An eye that looks a little to the right. */
    void eye(double x, double y, double radius) {
        detail(Forms.circle(x, y, radius), Color.WHITE);
        detail(Forms.circle(x + radius * 0.2, y + radius * 0.05, radius * 0.62), Tone.INK);
        detail(Forms.circle(x + radius * 0.02, y - radius * 0.2, radius * 0.22), Color.WHITE);
    }

    /** A plain dark eye. */
    void bead(double x, double y, double radius) {
        detail(Forms.circle(x, y, radius), Tone.INK);
        detail(Forms.circle(x - radius * 0.3, y - radius * 0.35, radius * 0.35), Color.WHITE);
    }
}
