package dev.semantica.training.data;

/** A row of floats for every image. */
public interface ImageRows {

    /**
     * Rows of images, one after the other.
     *
     * @param images places in the packed store
     */
    float[] read(int[] images);

    /** Floats of a row. */
    int width();
}
