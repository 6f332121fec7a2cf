package dev.semantica.evaluation.factor;

import java.util.Arrays;

/** Some rows of a list of rows, from a first one on. */
final class Rows {

    private final float[][] rows;
    private final int first;

    Rows(float[][] rows, int first) {
        this.rows = rows;
        this.first = first;
    }

    /** New rows of zeros. */
    static Rows of(int rows, int columns) {
        return new Rows(new float[rows][columns], 0);
    }

    float[] row(int i) {
        return rows[first + i];
    }

    void clear(int count, int columns) {
        for (int i = 0; i < count; i++) {
            Arrays.fill(row(i), 0, columns, 0);
        }
    }
}
