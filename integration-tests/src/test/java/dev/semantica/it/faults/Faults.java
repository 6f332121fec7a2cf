package dev.semantica.it.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Faults one after the other, with pauses: what, how and how long follow from the seed alone. */
final class Faults {

    private static final List<String> VICTIMS =
            List.of("worker-1", "worker-2", "streams", "kafka-1", "kafka-2", "kafka-3", "registry", "store");

    private enum Kind {
        KILLED,
        HALTED,
        CUT_OFF
    }

    private final Site site;
    private final Random random;
    private Part victim;
    private Kind kind;
    private long until;
    private int count;

    Faults(Site site, Random random) {
        this.site = site;
        this.random = random;
        pause();
    }

    /** How many there were. */
    int count() {
        return count;
    }

    /** Begins or ends a fault, if it is time; starts what ended by itself, as a supervisor does. */
    void goOn() throws Exception {
        if (System.nanoTime() < until) {
            return;
        }
        if (victim == null) {
            begin();
        } else {
            end();
        }
    }

    private void begin() throws Exception {
        String name = VICTIMS.get(random.nextInt(VICTIMS.size()));
        List<Kind> kinds = new ArrayList<>(List.of(Kind.KILLED, Kind.HALTED));
        if (site.wires().containsKey(name)) {
            kinds.add(Kind.CUT_OFF);
        }
        victim = site.parts().get(name);
        kind = kinds.get(random.nextInt(kinds.size()));
        Duration time = Duration.ofMillis(1000 + random.nextInt(9000));
        until = System.nanoTime() + time.toNanos();
        count++;
        System.err.println("fault " + count + ": " + name + " " + kind + " for " + time.toMillis() + " ms");
        switch (kind) {
            case KILLED -> victim.kill();
            case HALTED -> victim.halt();
            case CUT_OFF -> site.wires().get(name).cut();
        }
    }

    /** Ends the fault that there is, and brings back all that ended meanwhile. */
    void end() throws Exception {
        if (victim != null) {
            switch (kind) {
                case KILLED -> victim.start();
                case HALTED -> victim.goOn();
                case CUT_OFF -> site.wires().get(victim.name()).mend();
            }
            victim = null;
        }
        site.restartEnded();
        pause();
    }

    private void pause() {
        until = System.nanoTime()
                + Duration.ofMillis(1000 + random.nextInt(4000)).toNanos();
    }
}
