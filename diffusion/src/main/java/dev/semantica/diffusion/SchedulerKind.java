package dev.semantica.diffusion;

import java.util.Arrays;
import java.util.Optional;

/** The update rules that a row can be sampled with. */
public enum SchedulerKind {
    /** Denoising diffusion implicit models (Song et al. 2021), with η. */
    DDIM("ddim"),
    /** Ancestral sampling (Ho et al. 2020). */
    DDPM("ddpm"),
    /** Euler's method in σ (Karras et al. 2022, algorithm 2 without churn). */
    EULER("euler"),
    /** DPM-Solver++(2M), midpoint (Lu et al. 2022, algorithm 2). */
    DPM_SOLVER_PP_2M("dpmpp-2m");

    private final String wireName;

    SchedulerKind(String wireName) {
        this.wireName = wireName;
    }

    /** The name in records, bundles and on the command line. */
    public String wireName() {
        return wireName;
    }

    /** Finds a kind by its wire name. */
    public static Optional<SchedulerKind> byWireName(String wireName) {
        return Arrays.stream(values())
                .filter(kind -> kind.wireName.equals(wireName))
                .findFirst();
    }
}
