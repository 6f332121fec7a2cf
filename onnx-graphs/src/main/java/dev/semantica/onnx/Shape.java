package dev.semantica.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A tensor's shape; a dimension is of a fixed size, or is named and known only when the graph runs.
 *
 * @param dimensions from the outermost; empty for a scalar
 */
public record Shape(List<Dimension> dimensions) {

    /** Copies the list. */
    public Shape {
        dimensions = List.copyOf(dimensions);
    }

    /**
     * One dimension.
     *
     * @param name what a dynamic one is called; empty if its size is fixed, or if it is dynamic without a name
     * @param size its size; −1 if dynamic
     */
    public record Dimension(String name, long size) {

        /** Refuses sizes below −1 and names on fixed sizes. */
        public Dimension {
            Objects.requireNonNull(name, "name");
            if (size < -1 || (size >= 0 && !name.isEmpty())) {
                throw new IllegalArgumentException("A dimension has a size from 0, or −1 and perhaps a name; found '"
                        + name + "' of size " + size);
            }
        }

        @Override
        public String toString() {
            return size >= 0 ? Long.toString(size) : name.isEmpty() ? "?" : name;
        }
    }

    /** Fixed sizes, at least 0 each; none for a scalar. */
    public static Shape of(long... sizes) {
        if (LongStream.of(sizes).anyMatch(size -> size < 0)) {
            throw new IllegalArgumentException("Sizes are from 0, found " + Arrays.toString(sizes));
        }
        return new Shape(
                LongStream.of(sizes).mapToObj(size -> new Dimension("", size)).toList());
    }

    /** A dynamic dimension of that name, then fixed sizes: {@code leading("rows", 3, 64, 64)}. */
    public static Shape leading(String name, long... sizes) {
        List<Dimension> dimensions = new ArrayList<>();
        dimensions.add(new Dimension(name, -1));
        dimensions.addAll(of(sizes).dimensions());
        return new Shape(dimensions);
    }

    @Override
    public String toString() {
        return dimensions.stream().map(Dimension::toString).collect(Collectors.joining(", ", "[", "]"));
    }
}
