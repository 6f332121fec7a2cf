package dev.semantica.pages.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a variation says is what the picture shows. */
class SceneTest {

    private static final int SIZE = 64;
    private static final Variation PLAIN = new Variation(false, 0, 0.5, 0.5, 0.85, 1, 1, 0, 0, 0, 1, 0, 0.5, 0);

    @ParameterizedTest
    @EnumSource(Kind.class)
    void aSubjectFillsThePictureAndStaysInside(Kind kind) {
        boolean[] subject = subject(kind, PLAIN);
        assertThat(share(subject)).isBetween(0.06, 0.6);
        assertThat(onBorder(subject)).isZero();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void fartherRightMovesTheSubjectRight(Kind kind) {
        double left = centre(subject(kind, at(0.40, 0.85, 1, false)));
        double right = centre(subject(kind, at(0.60, 0.85, 1, false)));
        assertThat(right - left).isBetween(10.0, 15.0);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void largerCoversMore(Kind kind) {
        assertThat(share(subject(kind, at(0.5, 1.0, 1, false))))
                .isGreaterThan(1.5 * share(subject(kind, at(0.5, 0.7, 1, false))));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void mirroringMirrorsTheCentre(Kind kind) {
        double straight = centre(subject(kind, at(0.5, 0.85, 1, false)));
        double mirrored = centre(subject(kind, at(0.5, 0.85, 1, true)));
        assertThat(straight + mirrored).isBetween(SIZE - 2.5, SIZE + 0.5);
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void anyVariationKeepsMostOfTheSubjectInside(Kind kind) {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 30; i++) {
            Variation variation = Variation.draw(random);
            boolean[] subject = subject(kind, variation);
            assertThat(share(subject)).as(variation.toString()).isGreaterThan(0.025);
            assertThat(onBorder(subject)).as(variation.toString()).isLessThan(SIZE);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void poseChangesTheDrawing(Kind kind) {
        assertThat(different(draw(kind, posed(-1)), draw(kind, posed(1)))).isGreaterThan(15);
    }

    @ParameterizedTest
    @EnumSource(Background.class)
    void phaseAndTurnMoveTheBackground(Background background) {
        Design design = designOn(background);
        BufferedImage plain = Scene.draw(design, PLAIN, SIZE);
        assertThat(different(plain, Scene.draw(design, background(0.9, 0), SIZE)))
                .isGreaterThan(200);
        assertThat(different(plain, Scene.draw(design, background(0.5, 25), SIZE)))
                .isGreaterThan(200);
    }

    @Test
    void lightIsSeenInTheMeans() {
        Design design = Design.draw(Kind.HOUSE, new SplittableRandom(3));
        double[] dark = means(Scene.draw(design, light(0.8, 0), SIZE));
        double[] bright = means(Scene.draw(design, light(1.1, 0), SIZE));
        assertThat(bright[1] / dark[1]).isBetween(1.15, 1.4);
        double[] cold = means(Scene.draw(design, light(0.9, -1), SIZE));
        double[] warm = means(Scene.draw(design, light(0.9, 1), SIZE));
        assertThat(warm[0] / warm[2]).isGreaterThan(1.1 * cold[0] / cold[2]);
    }

    @Test
    void moreSubjectsSpreadWider() {
        for (Kind kind : EnumSet.allOf(Kind.class)) {
            assertThat(width(subject(kind, at(0.5, 0.85, 2, false))))
                    .as(kind.id())
                    .isGreaterThan(width(subject(kind, at(0.5, 0.85, 1, false))));
        }
    }

    private static Variation at(double x, double scale, int count, boolean mirror) {
        return new Variation(mirror, 0, x, 0.5, scale, count, 1, 0, 0, 0, 1, 0, 0.5, 0);
    }

    private static Variation posed(double pose) {
        return new Variation(false, 0, 0.5, 0.5, 0.85, 1, 1, 0, pose, 0, 1, 0, 0.5, 0);
    }

    private static Variation light(double brightness, double warmth) {
        return new Variation(false, 0, 0.5, 0.5, 0.85, 1, 1, 0, 0, 0, brightness, warmth, 0.5, 0);
    }

    private static Variation background(double phase, double turn) {
        return new Variation(false, 0, 0.5, 0.5, 0.85, 1, 1, 0, 0, 0, 1, 0, phase, turn);
    }

    private static BufferedImage draw(Kind kind, Variation variation) {
        return Scene.draw(Design.draw(kind, new SplittableRandom(kind.id().hashCode())), variation, SIZE);
    }

    private static Design designOn(Background background) {
        SplittableRandom random = new SplittableRandom(9);
        Design design = Design.draw(Kind.KEY, random);
        while (design.background() != background) {
            design = Design.draw(Kind.KEY, random);
        }
        return design;
    }

    /** Where the picture differs from its background alone. */
    private static boolean[] subject(Kind kind, Variation variation) {
        Design design = Design.draw(kind, new SplittableRandom(kind.id().hashCode()));
        int[] drawn = pixels(Scene.draw(design, variation, SIZE));
        int[] empty = pixels(Scene.drawBackground(design, variation, SIZE));
        boolean[] subject = new boolean[drawn.length];
        for (int i = 0; i < drawn.length; i++) {
            subject[i] = drawn[i] != empty[i];
        }
        return subject;
    }

    private static int[] pixels(BufferedImage image) {
        return image.getRGB(0, 0, SIZE, SIZE, null, 0, SIZE);
    }

    private static int different(BufferedImage a, BufferedImage b) {
        int[] left = pixels(a);
        int[] right = pixels(b);
        int count = 0;
        for (int i = 0; i < left.length; i++) {
            count += left[i] == right[i] ? 0 : 1;
        }
        return count;
    }

    private static double share(boolean[] subject) {
        int count = 0;
        for (boolean pixel : subject) {
            count += pixel ? 1 : 0;
        }
        return (double) count / subject.length;
    }

    private static int onBorder(boolean[] subject) {
        int count = 0;
        for (int i = 0; i < SIZE; i++) {
            count += subject[i] ? 1 : 0;
            count += subject[(SIZE - 1) * SIZE + i] ? 1 : 0;
            count += subject[i * SIZE] ? 1 : 0;
            count += subject[i * SIZE + SIZE - 1] ? 1 : 0;
        }
        return count;
    }

    private static double centre(boolean[] subject) {
        double sum = 0;
        int count = 0;
        for (int i = 0; i < subject.length; i++) {
            if (subject[i]) {
                sum += i % SIZE;
                count++;
            }
        }
        return sum / count;
    }

    private static int width(boolean[] subject) {
        int least = SIZE;
        int most = 0;
        for (int i = 0; i < subject.length; i++) {
            if (subject[i]) {
                least = Math.min(least, i % SIZE);
                most = Math.max(most, i % SIZE);
            }
        }
        return most - least;
    }

    private static double[] means(BufferedImage image) {
        double[] means = new double[3];
        for (int pixel : pixels(image)) {
            means[0] += (pixel >> 16 & 0xff) / (double) (SIZE * SIZE);
            means[1] += (pixel >> 8 & 0xff) / (double) (SIZE * SIZE);
            means[2] += (pixel & 0xff) / (double) (SIZE * SIZE);
        }
        return means;
    }
}
