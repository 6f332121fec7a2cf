package dev.semantica.pages.drawing;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;

/** Shapes in a subject's own coordinates: −1 to 1 from left to right and from top to bottom. */
final class Forms {

    private Forms() {}

    static Shape circle(double x, double y, double radius) {
        return oval(x, y, radius, radius);
    }

    static Shape oval(double x, double y, double rx, double ry) {
        return new Ellipse2D.Double(x - rx, y - ry, 2 * rx, 2 * ry);
    }

    /** A box by two corners, with round corners of a radius. */
    static Shape box(double left, double top, double right, double bottom, double radius) {
        return new RoundRectangle2D.Double(left, top, right - left, bottom - top, 2 * radius, 2 * radius);
    }

    /** A polygon of corners x, y, x, y… */
    static Shape polygon(double... corners) {
        Path2D path = new Path2D.Double();
        path.moveTo(corners[0], corners[1]);
        for (int i = 2; i < corners.length; i += 2) {
            path.lineTo(corners[i], corners[i + 1]);
        }
        path.closePath();
        return path;
    }

    /** A closed smooth curve (Catmull-Rom) through points x, y, x, y… */
    static Shape blob(double... points) {
        return smooth(true, points);
    }

    /** An open smooth curve (Catmull-Rom) through points x, y, x, y… */
    static Shape curve(double... points) {
        return smooth(false, points);
    }

    /** An open chain of straight lines through points x, y, x, y… */
    static Shape lines(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        return path;
    }

    /** Part of an ellipse with its chord; angles in degrees, anticlockwise from the right. */
    static Shape segment(double x, double y, double rx, double ry, double start, double extent) {
        return new Arc2D.Double(x - rx, y - ry, 2 * rx, 2 * ry, start, extent, Arc2D.CHORD);
    }

    /** Part of an ellipse's line; angles in degrees, anticlockwise from the right. */
    static Shape arc(double x, double y, double rx, double ry, double start, double extent) {
        return new Arc2D.Double(x - rx, y - ry, 2 * rx, 2 * ry, start, extent, Arc2D.OPEN);
    }

    /** The area of a round pen that follows a line. */
    static Shape stroke(Shape line, double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND).createStrokedShape(line);
    }

    /** A star of so many points. */
    static Shape star(double x, double y, int points, double outer, double inner) {
        double[] corners = new double[points * 4];
        for (int i = 0; i < points * 2; i++) {
            double radius = i % 2 == 0 ? outer : inner;
            double angle = Math.PI * i / points - Math.PI / 2;
            corners[2 * i] = x + radius * Math.cos(angle);
            corners[2 * i + 1] = y + radius * Math.sin(angle);
        }
        return polygon(corners);
    }

    /** A heart about a centre. */
    static Shape heart(double x, double y, double r) {
        return join(
                circle(x - 0.5 * r, y - 0.35 * r, 0.56 * r),
                circle(x + 0.5 * r, y - 0.35 * r, 0.56 * r),
                polygon(x - 0.98 * r, y - 0.1 * r, x + 0.98 * r, y - 0.1 * r, x, y + r));
    }

    static Shape turned(Shape shape, double degrees, double x, double y) {
        return AffineTransform.getRotateInstance(Math.toRadians(degrees), x, y).createTransformedShape(shape);
    }

    static Shape moved(Shape shape, double x, double y) {
        return AffineTransform.getTranslateInstance(x, y).createTransformedShape(shape);
    }

    /** Mirrored at the vertical axis. */
    static Shape mirrored(Shape shape) {
        return AffineTransform.getScaleInstance(-1, 1).createTransformedShape(shape);
    }

    static Shape join(Shape... shapes) {
        Area area = new Area();
        for (Shape shape : shapes) {
            area.add(new Area(shape));
        }
        return area;
    }

    static Shape within(Shape outer, Shape part) {
        Area area = new Area(part);
        area.intersect(new Area(outer));
        return area;
    }

    static Shape without(Shape outer, Shape part) {
        Area area = new Area(outer);
        area.subtract(new Area(part));
        return area;
    }

    private static Shape smooth(boolean closed, double... points) {
        int count = points.length / 2;
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        int segments = closed ? count : count - 1;
        for (int i = 0; i < segments; i++) {
            int before = place(i - 1, count, closed);
            int to = place(i + 1, count, closed);
            int after = place(i + 2, count, closed);
            path.curveTo(
                    points[2 * i] + (points[2 * to] - points[2 * before]) / 6,
                    points[2 * i + 1] + (points[2 * to + 1] - points[2 * before + 1]) / 6,
                    points[2 * to] - (points[2 * after] - points[2 * i]) / 6,
                    points[2 * to + 1] - (points[2 * after + 1] - points[2 * i + 1]) / 6,
                    points[2 * to],
                    points[2 * to + 1]);
        }
        if (closed) {
            path.closePath();
        }
        return path;
    }

    private static int place(int index, int count, boolean closed) {
        return closed ? Math.floorMod(index, count) : Math.max(0, Math.min(count - 1, index));
    }
}
