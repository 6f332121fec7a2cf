package dev.semantica.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TopicNamesTest {

    @Test
    void prefixesEveryNameThatIsNotRemapped() {
        TopicNames names = new TopicNames("team-a.", Map.of(TopicRole.VARIATIONS, "augmented"));

        assertThat(names.of(TopicRole.IMAGE_EVENTS)).isEqualTo("team-a.image-events");
        assertThat(names.of(TopicRole.VARIATIONS)).isEqualTo("augmented");
    }

    @Test
    void refusesIllegalNames() {
        assertThatThrownBy(() -> new TopicNames("team a/", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("team a/");
    }

    @Test
    void refusesOneNameForTwoRoles() {
        assertThatThrownBy(() -> new TopicNames("", Map.of(TopicRole.VARIATIONS, "image-events")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("image-events")
                .hasMessageContaining("variations");
    }

    @Test
    void findsRolesByWireName() {
        assertThat(TopicRole.byWireName("request-status")).contains(TopicRole.REQUEST_STATUS);
        assertThat(TopicRole.byWireName("nonsense")).isEmpty();
    }
}
