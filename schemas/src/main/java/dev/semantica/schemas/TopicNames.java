package dev.semantica.schemas;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The names of the topics on one cluster: a prefix for all, or a name of its own for some.
 *
 * @param prefix put before every name that is not remapped; may be empty
 * @param remapped full names that replace prefix and wire name
 */
public record TopicNames(String prefix, Map<TopicRole, String> remapped) {

    private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    /** The names of the design, unchanged. */
    public static final TopicNames DEFAULT = new TopicNames("", Map.of());

    /**
     * Checks that all names are legal and that no two roles share one.
     *
     * @throws IllegalArgumentException naming the roles and the offending name
     */
    public TopicNames {
        Objects.requireNonNull(prefix, "prefix");
        remapped = Map.copyOf(remapped);
        Map<String, TopicRole> seen = new HashMap<>();
        for (Map.Entry<TopicRole, String> entry : resolve(prefix, remapped).entrySet()) {
            String name = entry.getValue();
            TopicRole role = entry.getKey();
            if (!LEGAL.matcher(name).matches() || name.equals(".") || name.equals("..")) {
                throw new IllegalArgumentException("Topic name '" + name + "' for " + role.wireName()
                        + " is not legal: use 1 to 249 letters, digits, '.', '_' and '-'");
            }
            TopicRole other = seen.put(name, role);
            if (other != null) {
                throw new IllegalArgumentException("Topic name '" + name + "' is given to both " + other.wireName()
                        + " and " + role.wireName() + "; give each a name of its own");
            }
        }
    }

    /** The name of the role's topic. */
    public String of(TopicRole role) {
        return remapped.getOrDefault(role, prefix + role.wireName());
    }

    private static Map<TopicRole, String> resolve(String prefix, Map<TopicRole, String> remapped) {
        Map<TopicRole, String> names = new EnumMap<>(TopicRole.class);
        for (TopicRole role : TopicRole.values()) {
            names.put(role, remapped.getOrDefault(role, prefix + role.wireName()));
        }
        return names;
    }
}
