package dev.semantica.sampler.image;

import dev.semantica.sampler.image.VettedImage.Colours;
import dev.semantica.sampler.image.VettedImage.Frame;
import dev.semantica.sampler.image.VettedImage.Inks;
import java.util.Map;
import java.util.Set;

/**
 * Vets the first page of a TIFF. The codec gets the file with a new directory that holds only the fields which say where
 * the pixels are and how they are coded.
 */
final class TiffFile {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int BITS_PER_SAMPLE = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int STRIP_OFFSETS = 273;
    private static final int ORIENTATION = 274;
    private static final int SAMPLES_PER_PIXEL = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTE_COUNTS = 279;
    private static final int PLANAR = 284;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTE_COUNTS = 325;
    private static final int EXTRA_SAMPLES = 338;
    private static final int SAMPLE_FORMAT = 339;
    private static final int JPEG_TABLES = 347;
    private static final int ICC_PROFILE = 34675;

    /** Beside those above: fill order, fax options, predictor, colour map and the YCbCr fields. */
    private static final Set<Integer> KEPT = Set.of(
            WIDTH,
            HEIGHT,
            BITS_PER_SAMPLE,
            COMPRESSION,
            PHOTOMETRIC,
            STRIP_OFFSETS,
            SAMPLES_PER_PIXEL,
            ROWS_PER_STRIP,
            STRIP_BYTE_COUNTS,
            PLANAR,
            TILE_WIDTH,
            TILE_HEIGHT,
            TILE_OFFSETS,
            TILE_BYTE_COUNTS,
            EXTRA_SAMPLES,
            SAMPLE_FORMAT,
            JPEG_TABLES,
            266,
            292,
            293,
            317,
            320,
            529,
            530,
            531,
            532);

    private static final int NONE = 1;
    private static final int JPEG = 7;
    private static final Set<Integer> COMPRESSIONS = Set.of(NONE, 2, 3, 4, 5, JPEG, 8, 32773, 32946);

    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int CMYK = 5;
    private static final int YCBCR = 6;
    private static final int UNASSOCIATED_ALPHA = 2;

    private final TiffDirectory directory;
    private final ImageLimits limits;
    private final int width;
    private final int height;
    private final int bits;
    private final int samples;
    private final int compression;
    private final int photometric;

    private TiffFile(byte[] file, ImageLimits limits) throws ImageRejectedException {
        this.directory = new TiffDirectory(file);
        this.limits = limits;
        limits.check("TIFF header", directory.value(WIDTH, 0), directory.value(HEIGHT, 0));
        this.width = (int) directory.value(WIDTH, 0);
        this.height = (int) directory.value(HEIGHT, 0);
        this.samples = (int) directory.valueOr(SAMPLES_PER_PIXEL, 1);
        this.bits = (int) directory.valueOr(BITS_PER_SAMPLE, 1);
        this.compression = (int) directory.valueOr(COMPRESSION, NONE);
        this.photometric = (int) directory.value(PHOTOMETRIC, 0);
    }

    static VettedImage vet(byte[] file, ImageLimits limits) throws ImageRejectedException {
        TiffFile tiff = new TiffFile(file, limits);
        tiff.checkKind();
        tiff.checkStrips();
        boolean inks = tiff.photometric == CMYK;
        // The codec is told that four inks are RGB with alpha: it then hands the bands over as they are, and needs no
        // CMYK profile of the machine that it runs on.
        Map<Integer, Integer> replaced = inks ? Map.of(PHOTOMETRIC, RGB, EXTRA_SAMPLES, UNASSOCIATED_ALPHA) : Map.of();
        byte[] clean = tiff.directory.rewritten(KEPT, replaced);
        byte[] profile = tiff.directory.raw(ICC_PROFILE);
        return new VettedImage(
                ImageFormat.TIFF,
                tiff.width,
                tiff.height,
                Frame.whole(tiff.width, tiff.height),
                deadline -> Codecs.read(ImageFormat.TIFF, clean, deadline),
                new Colours(profile, Colours.NO_KEY, inks ? Inks.CMYK : Inks.NONE),
                Exif.valid((int) tiff.directory.valueOr(ORIENTATION, Exif.UPRIGHT)));
    }

    private void checkKind() throws ImageRejectedException {
        if (samples < 1 || samples > 5) {
            throw ImageRejectedException.unsupported("TIFF: 1 to 5 samples a pixel are read, found " + samples);
        }
        for (long i = 0; i < directory.count(BITS_PER_SAMPLE); i++) {
            if (directory.value(BITS_PER_SAMPLE, i) != bits) {
                throw ImageRejectedException.unsupported("TIFF: samples of different depth are not read");
            }
        }
        for (long i = 0; i < directory.count(SAMPLE_FORMAT); i++) {
            if (directory.value(SAMPLE_FORMAT, i) != 1) {
                throw ImageRejectedException.unsupported(
                        "TIFF: unsigned whole samples are read (format 1), found format "
                                + directory.value(SAMPLE_FORMAT, i));
            }
        }
        if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16) {
            throw ImageRejectedException.unsupported("TIFF: 1, 2, 4, 8 or 16 bits a sample are read, found " + bits);
        }
        if (!COMPRESSIONS.contains(compression)) {
            throw ImageRejectedException.unsupported(
                    "TIFF: compression " + compression + " is not read; save it uncompressed, LZW or Deflate");
        }
        boolean known =
                switch (photometric) {
                    case 0, 1 -> samples <= 2;
                    case RGB -> samples >= 3;
                    case PALETTE -> samples == 1;
                    case CMYK -> samples == 4 && compression != JPEG && bits >= 8;
                    case YCBCR -> samples == 3;
                    default -> false;
                };
        if (!known) {
            throw ImageRejectedException.unsupported("TIFF: photometric interpretation " + photometric + " with "
                    + samples + " samples of " + bits + " bits is not read; save it as RGB");
        }
    }

    private void checkStrips() throws ImageRejectedException {
        boolean tiled = directory.has(TILE_OFFSETS);
        if (!tiled && (directory.has(TILE_WIDTH) || directory.has(TILE_HEIGHT))) {
            throw ImageRejectedException.corrupt("TIFF: a tile size without tiles");
        }
        long partWidth = tiled ? directory.value(TILE_WIDTH, 0) : width;
        long partHeight =
                tiled ? directory.value(TILE_HEIGHT, 0) : Math.min(height, directory.valueOr(ROWS_PER_STRIP, height));
        limits.check("TIFF tile or strip", partWidth, partHeight);
        boolean planar = directory.valueOr(PLANAR, 1) == 2;
        long across = (width + partWidth - 1) / partWidth;
        long down = (height + partHeight - 1) / partHeight;
        long parts = across * down * (planar ? samples : 1);
        int offsets = tiled ? TILE_OFFSETS : STRIP_OFFSETS;
        int counts = tiled ? TILE_BYTE_COUNTS : STRIP_BYTE_COUNTS;
        if (directory.count(offsets) < parts || directory.count(counts) < parts) {
            throw ImageRejectedException.corrupt("TIFF: " + width + "x" + height + " pixels lie in " + parts
                    + " strips or tiles; the file lists " + directory.count(offsets) + " offsets and "
                    + directory.count(counts) + " lengths");
        }
        long rowBytes = (partWidth * bits * (planar ? 1 : samples) + 7) / 8;
        for (long i = 0; i < parts; i++) {
            long rows = tiled ? partHeight : Math.min(partHeight, height - i / across % down * partHeight);
            checkPart(i, directory.value(offsets, i), directory.value(counts, i), rows * rowBytes);
        }
    }

    private void checkPart(long i, long at, long length, long uncompressed) throws ImageRejectedException {
        // Subsampled YCbCr takes fewer bytes than its pixels; the codec sees its end itself.
        boolean exact = compression == NONE && photometric != YCBCR;
        if (length == 0 || (exact && length < uncompressed)) {
            throw ImageRejectedException.truncated("TIFF: strip or tile " + i + " has " + length + " bytes"
                    + (exact ? ", its pixels need " + uncompressed : ""));
        }
        directory.bytes().need(at, length, "strip or tile " + i);
        if (compression == JPEG) {
            int[] size = JpegFile.frameSize(directory.bytes().array(), at, length);
            limits.check("JPEG in TIFF strip or tile " + i, size[0], size[1]);
        }
    }
}
