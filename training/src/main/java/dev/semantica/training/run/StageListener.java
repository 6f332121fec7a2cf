package dev.semantica.training.run;

import java.util.Map;

/** Told how a run goes on, for people. */
public interface StageListener {

    /** A piece of work begins: packing, encoding, or a stage; total in units, 0 where nobody knows it yet. */
    void started(String work, long total, String unit);

    /** So much of it is done. */
    void progressed(long done, String note);

    /** It was judged. */
    void judged(String stage, long step, Map<String, Double> figures);

    /** It ended. */
    void ended(String work);

    /** Something worth a line. */
    void said(String line);
}
