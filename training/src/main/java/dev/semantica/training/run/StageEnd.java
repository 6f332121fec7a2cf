package dev.semantica.training.run;

/** How a stage ended. */
public enum StageEnd {
    /** All its steps are taken. */
    DONE,
    /** It was told to stop, or its time was over; checkpoints hold what stages did, and the rest begins anew. */
    STOPPED
}
