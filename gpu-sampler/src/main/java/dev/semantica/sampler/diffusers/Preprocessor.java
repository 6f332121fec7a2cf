package dev.semantica.sampler.diffusers;

import com.fasterxml.jackson.databind.JsonNode;
import dev.semantica.sampler.bundle.BundleManifest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads feature_extractor/preprocessor_config.json: how a picture becomes what the image encoder reads. */
final class Preprocessor {

    /** What changes a picture in ways that are not followed here. */
    private static final Set<String> UNSUPPORTED = Set.of(
            "crop_pct",
            "do_align_long_axis",
            "do_convert_grayscale",
            "do_flip_channel_order",
            "do_pad",
            "do_thumbnail",
            "ensure_multiple_of",
            "rescale_offset");

    private final ConfigFile config;
    /** Whether the size is one that pictures are brought to whatever their shape. */
    private boolean exact;

    private Preprocessor(ConfigFile config) {
        this.config = config;
    }

    /** The pictures that the encoder reads; empty, with problems, if it asks for what a bundle cannot say. */
    static Optional<BundleManifest.EncoderImage> read(ConfigFile config) {
        return new Preprocessor(config).image();
    }

    /** The same for an encoder by itself, whose pictures need not keep their shape; also how they are scaled. */
    static Optional<Preprocessing> readAlone(ConfigFile config) {
        Preprocessor preprocessor = new Preprocessor(config);
        Set<String> unknown = config.keysInUse();
        unknown.retainAll(UNSUPPORTED);
        if (!unknown.isEmpty()) {
            config.problem(
                    String.join(", ", unknown), "none of these", "them; encoders that need them are unsupported");
        }
        Optional<Preprocessing.Filter> filter = preprocessor.filter();
        Optional<BundleManifest.EncoderImage> image = preprocessor.image();
        if (!unknown.isEmpty() || image.isEmpty() || filter.isEmpty()) {
            return Optional.empty();
        }
        BundleManifest.EncoderImage read = image.orElseThrow();
        int shorter = read.shortestSide() != null ? read.shortestSide() : Math.max(read.width(), read.height());
        return Optional.of(new Preprocessing(
                read.width(),
                read.height(),
                preprocessor.exact ? 0 : shorter,
                filter.orElseThrow(),
                read.mean(),
                read.std()));
    }

    /** Pillow's numbers; bilinear is what processors use that do not say. */
    private Optional<Preprocessing.Filter> filter() {
        int number = config.integer("resample").orElse(2);
        Preprocessing.Filter found =
                switch (number) {
                    case 1 -> Preprocessing.Filter.LANCZOS;
                    case 2 -> Preprocessing.Filter.BILINEAR;
                    case 3 -> Preprocessing.Filter.BICUBIC;
                    default -> null;
                };
        if (found == null) {
            config.problem("resample", "1 (Lanczos), 2 (bilinear) or 3 (bicubic)", number);
        }
        return Optional.ofNullable(found);
    }

    private Optional<BundleManifest.EncoderImage> image() {
        boolean crops =
                config.flag("do_center_crop").orElse(config.any("crop_size").isPresent());
        Optional<int[]> resized = size("size", crops);
        Optional<int[]> cropped = crops ? size("crop_size", false) : resized;
        boolean resizes = config.flag("do_resize").orElse(true);
        if (!resizes) {
            config.problem("do_resize", "true", "false; sources come in every size");
        }
        if (resized.isEmpty() || cropped.isEmpty()) {
            config.problem("size, crop_size", "a size each", "none");
            return Optional.empty();
        }
        int[] side = resized.orElseThrow();
        int[] cut = cropped.orElseThrow();
        // A shortest edge comes as one number: the other side follows from the picture.
        boolean shortestEdge = side.length == 1;
        exact = !shortestEdge;
        if (!crops && shortestEdge) {
            config.problem("do_center_crop", "true with a size of the shortest edge", "false");
            return Optional.empty();
        }
        int height = cut[0];
        int width = cut[cut.length - 1];
        Integer shortestSide = null;
        if (shortestEdge && side[0] != Math.max(width, height)) {
            shortestSide = side[0];
            if (side[0] < Math.max(width, height)) {
                config.problem("size", "at least crop_size", side[0]);
                return Optional.empty();
            }
        } else if (!shortestEdge && (side[0] != height || side[1] != width)) {
            config.problem("size", "the crop_size, or a shortest edge", side[0] + "x" + side[1]);
            return Optional.empty();
        }
        return normalisation(width, height, shortestSide);
    }

    private Optional<BundleManifest.EncoderImage> normalisation(int width, int height, Integer shortestSide) {
        double factor = config.flag("do_rescale").orElse(true)
                ? config.number("rescale_factor").orElse(1 / 255.0)
                : 1;
        boolean normalises = config.flag("do_normalize").orElse(true);
        List<Double> mean = normalises ? config.numbers("image_mean").orElse(List.of()) : List.of(0.0, 0.0, 0.0);
        List<Double> std = normalises ? config.numbers("image_std").orElse(List.of()) : List.of(1.0, 1.0, 1.0);
        if (!(factor > 0) || mean.size() != 3 || std.size() != 3 || std.stream().anyMatch(value -> !(value > 0))) {
            config.problem(
                    "image_mean, image_std, rescale_factor",
                    "3 numbers, 3 positive numbers, a positive number",
                    mean + ", " + std + ", " + factor);
            return Optional.empty();
        }
        // A bundle divides bytes by 255; another factor goes into mean and deviation.
        double unit = 255 * factor;
        boolean usual = Math.abs(unit - 1) < 1e-6;
        return Optional.of(new BundleManifest.EncoderImage(
                width,
                height,
                shortestSide,
                usual ? mean : mean.stream().map(value -> value / unit).toList(),
                usual ? std : std.stream().map(value -> value / unit).toList()));
    }

    /** A size is a number, {"shortest_edge": n}, or {"height": n, "width": n}; a number means a square if not an edge. */
    private Optional<int[]> size(String key, boolean edge) {
        Optional<JsonNode> found = config.any(key);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        JsonNode node = found.orElseThrow();
        int[] sides = {};
        if (node.canConvertToInt()) {
            sides = edge ? new int[] {node.asInt()} : new int[] {node.asInt(), node.asInt()};
        } else if (node.path("shortest_edge").canConvertToInt() && key.equals("size")) {
            sides = new int[] {node.path("shortest_edge").asInt()};
        } else if (node.path("height").canConvertToInt() && node.path("width").canConvertToInt()) {
            sides = new int[] {node.path("height").asInt(), node.path("width").asInt()};
        }
        for (int side : sides) {
            if (side < 1 || side > 4096) {
                sides = new int[] {};
                break;
            }
        }
        if (sides.length == 0) {
            config.problem(key, "sides from 1 to 4096", "something else");
            return Optional.empty();
        }
        return Optional.of(sides);
    }
}
