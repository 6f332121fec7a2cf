package dev.semantica.pages.drawing;

import dev.semantica.pages.factor.FactorValue.Category;
import dev.semantica.pages.factor.FactorValue.Quantity;
import dev.semantica.pages.factor.Factors;
import java.awt.Color;
import java.util.random.RandomGenerator;

/**
 * What a page fixes. Colours, contour and background are drawn uniformly; a draw in which the subject would hardly stand
 * out is drawn again.
 */
public final class Design {

    private static final double LEAST_CONTRAST = 0.2;
    private static final double LEAST_LIGHT_LINE = 0.1;

    private final Kind kind;
    private final Factors traits;
    private final Hue main;
    private final double mainShift;
    private final Hue second;
    private final double secondShift;
    private final Line line;
    private final Background background;
    private final Ground ground;

    private Design(Kind kind, RandomGenerator random) {
        this.kind = kind;
        Factors drawn = Factors.NONE;
        for (Trait trait : kind.traits()) {
            drawn = trait.draw(drawn, random);
        }
        this.traits = drawn;
        this.main = one(Hue.values(), random);
        this.second = one(Hue.values(), random);
        this.line = one(Line.values(), random);
        this.background = one(Background.values(), random);
        this.ground = one(Ground.values(), random);
        this.mainShift = shift(random);
        this.secondShift = shift(random);
    }

    /** Draws a page's subject of a kind. */
    public static Design draw(Kind kind, RandomGenerator random) {
        Design design = new Design(kind, random);
        while (!design.standsOut()) {
            design = new Design(kind, random);
        }
        return design;
    }

    /** The kind of its subject. */
    public Kind kind() {
        return kind;
    }

    /** The annotated factors. */
    public Factors factors() {
        Factors factors = Factors.NONE
                .with("kind", kind.id())
                .with("main", main.id())
                .with("main-shift", mainShift)
                .with("second", second.id())
                .with("second-shift", secondShift)
                .with("outline", line.id())
                .with("background", background.id())
                .with("background-colour", ground.id());
        for (var trait : traits.values().entrySet()) {
            String name = "shape." + trait.getKey();
            if (trait.getValue() instanceof Category category) {
                factors = factors.with(name, category.name());
            } else if (trait.getValue() instanceof Quantity quantity) {
                factors = factors.with(name, quantity.value());
            }
        }
        return factors;
    }

    Factors traits() {
        return traits;
    }

    Line line() {
        return line;
    }

    Background background() {
        return background;
    }

    Ground ground() {
        return ground;
    }

    Color mainColour() {
        return main.shade(mainShift);
    }

    Color secondColour() {
        return second.shade(secondShift);
    }

    /** Whether this shares neither kind nor main colour with another. */
    public boolean isForeignTo(Design other) {
        return kind != other.kind && main != other.main;
    }

    private boolean standsOut() {
        boolean lightLine = line == Line.LIGHT;
        return main != second
                && !(lightLine && main == Hue.WHITE)
                && !(lightLine && Tone.distance(Tone.PAPER, ground.base()) < LEAST_LIGHT_LINE)
                && Tone.distance(mainColour(), ground.base()) > LEAST_CONTRAST
                && Tone.distance(mainColour(), ground.mate()) > LEAST_CONTRAST;
    }

    private static double shift(RandomGenerator random) {
        return Math.round((random.nextDouble() * 2 - 1) * 100) / 100.0;
    }

    private static <T> T one(T[] values, RandomGenerator random) {
        return values[random.nextInt(values.length)];
    }
}
