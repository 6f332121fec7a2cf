package dev.semantica.sampler.diffusers;

import dev.semantica.onnx.ElementType;
import dev.semantica.onnx.TensorType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** What the inputs and outputs of an exported graph are for, by their names or, if these say nothing, their ranks. */
final class Ends {

    /** What an input is for. */
    enum Role {
        PICTURE,
        TIMESTEP,
        TOKENS,
        LABELS,
        FLAG
    }

    private static final Set<ElementType> FLOATS = Set.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.DOUBLE);
    private static final Set<ElementType> TIMES =
            Set.of(ElementType.FLOAT, ElementType.FLOAT16, ElementType.DOUBLE, ElementType.INT64, ElementType.INT32);
    private static final Set<String> TIMESTEPS = Set.of("timestep", "timesteps", "t");
    private static final Set<String> LABELS = Set.of("class_labels", "image_embeds");
    private static final Set<String> RANDOM = Set.of(
            "RandomNormal", "RandomNormalLike", "RandomUniform", "RandomUniformLike", "Bernoulli", "Multinomial");

    private final ExportedGraph graph;
    private final List<String> problems;
    private final Map<Role, String> inputs = new EnumMap<>(Role.class);
    private final List<String> flags = new ArrayList<>();

    private Ends(ExportedGraph graph, List<String> problems) {
        this.graph = graph;
        this.problems = problems;
    }

    /** Finds the inputs, which must be of those roles; each other is a problem. */
    static Ends of(ExportedGraph graph, Set<Role> allowed, List<String> problems) {
        Ends ends = new Ends(graph, problems);
        graph.inputs().forEach((name, type) -> ends.take(name, type, allowed));
        if (drawsRandomNumbers(graph)) {
            problems.add(graph.file() + " draws random numbers inside; a variation could not be made again. Export it"
                    + " without dropout and sampling");
        }
        return ends;
    }

    static boolean drawsRandomNumbers(ExportedGraph graph) {
        return graph.model().operators().keySet().stream().anyMatch(RANDOM::contains);
    }

    private void take(String name, TensorType type, Set<Role> allowed) {
        Role role = role(name, type);
        if (role == Role.FLAG) {
            flags.add(name);
        } else if (role == null || !allowed.contains(role)) {
            problems.add(graph.file() + " has an input '" + name + "' (" + type + ") that nothing can be given to;"
                    + " unsupported");
        } else if (inputs.putIfAbsent(role, name) != null) {
            problems.add(graph.file() + " has two inputs that might be the " + role + ": '" + inputs.get(role)
                    + "' and '" + name + "'");
        } else if (role != Role.TIMESTEP && ExportedGraph.side(type, 0) >= 0) {
            problems.add(graph.file() + " input '" + name + "' takes exactly " + ExportedGraph.side(type, 0)
                    + " rows; export it with a dynamic batch");
        }
    }

    private static Role role(String name, TensorType type) {
        int rank = ExportedGraph.rank(type);
        if (rank <= 1) {
            return name.equals("return_dict")
                    ? Role.FLAG
                    : TIMESTEPS.contains(name) && TIMES.contains(type.element()) ? Role.TIMESTEP : null;
        }
        if (!FLOATS.contains(type.element())) {
            return null;
        }
        return switch (rank) {
            case 2 -> LABELS.contains(name) ? Role.LABELS : null;
            case 3 -> Role.TOKENS;
            case 4 -> Role.PICTURE;
            default -> null;
        };
    }

    /** The input of a role; null and a problem if there is none. */
    String required(Role role) {
        String name = inputs.get(role);
        if (name == null) {
            problems.add(graph.file() + " has no input for the " + role.name().toLowerCase(Locale.ROOT) + "; found "
                    + graph.inputs());
        }
        return name;
    }

    /** The input of a role; null if there is none. */
    String optional(Role role) {
        return inputs.get(role);
    }

    /** Inputs that only say how outputs are returned. */
    List<String> flags() {
        return flags;
    }

    /** The output of one of these names, else the only one; null and a problem if that cannot be told. */
    String output(List<String> names) {
        for (String name : names) {
            if (graph.outputs().containsKey(name)) {
                return floats(name);
            }
        }
        if (graph.outputs().size() == 1) {
            return floats(graph.outputs().keySet().iterator().next());
        }
        problems.add(graph.file() + ": expected an output of " + names + ", found "
                + graph.outputs().keySet());
        return null;
    }

    static boolean isFloat(TensorType type) {
        return FLOATS.contains(type.element());
    }

    private String floats(String name) {
        TensorType type = graph.outputs().get(name);
        if (!FLOATS.contains(type.element())) {
            problems.add(graph.file() + " output '" + name + "': expected floats, found " + type);
            return null;
        }
        return name;
    }
}
