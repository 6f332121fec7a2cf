package dev.semantica.sampler.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.semantica.sampler.image.RgbImage;
import dev.semantica.schemas.FailureReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Remembers how rows ended, and that each ended once. Tags are names; a row is called NAME/INDEX. */
final class Collected implements RowListener<String> {

    final Map<String, Drawing> drawings = new LinkedHashMap<>();
    final List<String> drawnAnew = new ArrayList<>();
    final Map<String, RgbImage> pictures = new LinkedHashMap<>();
    final Map<String, Double> similarities = new LinkedHashMap<>();
    final Map<String, FailureReason> failures = new LinkedHashMap<>();
    final Map<String, String> messages = new LinkedHashMap<>();
    final List<Integer> lowered = new ArrayList<>();

    @Override
    public void finished(String tag, int index, Drawing variation) {
        String row = once(tag, index);
        drawings.put(row, variation);
        pictures.put(row, variation.picture());
        similarities.put(row, variation.similarity());
    }

    @Override
    public void drawnAnew(String tag, int index, Drawing refused) {
        drawnAnew.add(tag + "/" + index + " attempt " + refused.attempt());
    }

    @Override
    public void failed(String tag, int index, FailureReason reason, String message) {
        String row = once(tag, index);
        failures.put(row, reason);
        messages.put(row, message);
    }

    @Override
    public void rowsLowered(int maxRows) {
        lowered.add(maxRows);
    }

    private String once(String tag, int index) {
        String row = tag + "/" + index;
        assertThat(pictures).doesNotContainKey(row);
        assertThat(failures).doesNotContainKey(row);
        return row;
    }
}
