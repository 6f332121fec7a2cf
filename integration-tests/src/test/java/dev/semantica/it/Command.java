package dev.semantica.it;

import dev.semantica.console.Semantica;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command that was run in this process.
 *
 * @param exit its exit code
 * @param out what it answered
 * @param err what was wrong
 */
record Command(int exit, String out, String err) {

    static Command run(Map<String, String> settings, String... arguments) {
        List<String> command = new ArrayList<>(List.of(arguments));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit =
                Semantica.run(new PrintWriter(out, true), new PrintWriter(err, true), command.toArray(String[]::new));
        return new Command(exit, out.toString(), err.toString());
    }

    /** What it answered, if it went well. */
    String answer() {
        if (exit != 0) {
            throw new AssertionError("The command ended with " + exit + ": " + out + err);
        }
        return out;
    }
}
