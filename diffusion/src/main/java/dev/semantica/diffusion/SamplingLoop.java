package dev.semantica.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * Moves rows by one call of the denoiser a tick, and does guidance and update here. For one thread.
 *
 * @param <C> what rows are conditioned on
 */
public final class SamplingLoop<C> implements Stepper<C> {

    private final Denoiser<C> denoiser;
    private final int size;
    private final List<C> conditions = new ArrayList<>();
    private float[] inputs = new float[0];
    private float[] outputs = new float[0];
    private float[] timesteps = new float[0];

    /** A loop over one denoiser. */
    public SamplingLoop(Denoiser<C> denoiser) {
        this.denoiser = denoiser;
        this.size = denoiser.sampleSize();
    }

    @Override
    public int tick(List<Row<C>> rows) {
        int entries = 0;
        for (Row<C> row : rows) {
            entries += row.active() ? row.entries() : 0;
        }
        if (entries == 0) {
            return 0;
        }
        grow(entries);
        conditions.clear();
        int entry = 0;
        for (Row<C> row : rows) {
            if (row.active()) {
                entry = add(row, entry, row.condition());
                if (row.entries() == 2) {
                    System.arraycopy(inputs, (entry - 1) * size, inputs, entry * size, size);
                    timesteps[entry] = timesteps[entry - 1];
                    conditions.add(denoiser.unconditional());
                    entry++;
                }
            }
        }
        denoiser.denoise(entries, inputs, timesteps, conditions, outputs);
        entry = 0;
        for (Row<C> row : rows) {
            if (row.active()) {
                int taken = row.entries();
                row.advance(outputs, entry * size, (entry + taken - 1) * size);
                entry += taken;
            }
        }
        return entries;
    }

    private int add(Row<C> row, int entry, C condition) {
        row.writeInput(inputs, entry * size);
        timesteps[entry] = (float) row.current().timestep();
        conditions.add(condition);
        return entry + 1;
    }

    private void grow(int entries) {
        if (timesteps.length < entries) {
            inputs = new float[entries * size];
            outputs = new float[entries * size];
            timesteps = new float[entries];
        }
    }
}
