package dev.semantica.training.data;

import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.awt.Color;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/** Reads image files that nobody vouches for. */
final class ImageFiles {

    private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "webp", "gif", "bmp", "tif", "tiff");

    private final ImageDecoder decoder;

    ImageFiles(InstantSource clock) {
        decoder = new ImageDecoder(ImageLimits.DEFAULT, clock);
    }

    static boolean isImage(String name) {
        return EXTENSIONS.contains(extension(name));
    }

    static String extension(String name) {
        return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }

    /** A file, over a colour where it is transparent. */
    RgbImage read(Path file, int paper) throws IOException, ImageRejectedException {
        if (Files.size(file) > ImageLimits.DEFAULT.maxBytes()) {
            throw new IOException(file + " has " + Files.size(file) + " bytes; at most "
                    + ImageLimits.DEFAULT.maxBytes() + " are read");
        }
        return decoder.decode(Files.readAllBytes(file), paper);
    }

    /** A member of a tar file, over a colour where it is transparent. */
    RgbImage read(Path tar, Shard.Member entry, int paper) throws IOException, ImageRejectedException {
        return decoder.decode(bytes(tar, entry), paper);
    }

    static byte[] bytes(Path tar, Shard.Member entry) throws IOException {
        if (entry.size() > ImageLimits.DEFAULT.maxBytes()) {
            throw new IOException(entry.name() + " has " + entry.size() + " bytes; at most "
                    + ImageLimits.DEFAULT.maxBytes() + " are read");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) entry.size());
        try (FileChannel channel = FileChannel.open(tar)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, entry.offset() + bytes.position()) < 0) {
                    throw new IOException(tar + " is cut off at byte " + (entry.offset() + bytes.position()));
                }
            }
        }
        return bytes.array();
    }

    /** A colour that belongs to a page: pale or dark, never glaring. */
    static int paper(String page, int variant) {
        if (variant == 0) {
            return 0xFFFFFF;
        }
        SplittableRandom random = new SplittableRandom(31L * page.hashCode() + variant);
        float brightness = random.nextInt(4) == 0
                ? 0.15f + 0.3f * (float) random.nextDouble()
                : 0.7f + 0.3f * (float) random.nextDouble();
        return Color.HSBtoRGB((float) random.nextDouble(), 0.55f * (float) random.nextDouble(), brightness) & 0xFFFFFF;
    }
}
