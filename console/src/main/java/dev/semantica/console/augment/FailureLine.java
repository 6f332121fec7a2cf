package dev.semantica.console.augment;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

/** One line of {@code failures.jsonl}: what could not be made, and why. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record FailureLine(
        @JsonProperty("source") String source,
        @JsonProperty("index") Integer index,
        @JsonProperty("variations") int variations,
        @JsonProperty("reason") String reason,
        @JsonProperty("message") String message) {}
