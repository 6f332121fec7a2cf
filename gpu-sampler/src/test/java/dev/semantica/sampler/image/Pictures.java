package dev.semantica.sampler.image;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pictures for tests, and the means to forge their containers. */
final class Pictures {

    static final int BLOCK = 8;
    static final int[] COLOURS = {0xd02020, 0x20c040, 0x3040d0, 0xe0c020, 0xf0f0f0, 0x202020};
    private static final byte[] PNG_SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

    private Pictures() {}

    /** Blocks of 8x8 pixels, each of the colour that its number names. */
    static RgbImage blocks(int[][] layout) {
        int width = BLOCK * layout[0].length;
        int height = BLOCK * layout.length;
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            int colour = COLOURS[layout[i / width / BLOCK][i % width / BLOCK]];
            pixels[3 * i] = (byte) (colour >> 16);
            pixels[3 * i + 1] = (byte) (colour >> 8);
            pixels[3 * i + 2] = (byte) colour;
        }
        return new RgbImage(width, height, pixels);
    }

    /** Three by two blocks, all different: the resources blocks in several formats show the same. */
    static RgbImage blocks() {
        return blocks(new int[][] {{0, 1, 2}, {3, 4, 5}});
    }

    /** A picture in which every pixel differs from its neighbours. */
    static RgbImage busy(int width, int height) {
        byte[] pixels = new byte[3 * width * height];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) (i * 37 + i / 7 * 11);
        }
        return new RgbImage(width, height, pixels);
    }

    static RgbImage filled(int width, int height, int colour) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (colour >> (16 - 8 * (i % 3)));
        }
        return new RgbImage(width, height, rgb);
    }

    /** A pixel as 0xRRGGBB. */
    static int colour(RgbImage image, int x, int y) {
        return image.channel(x, y, 0) << 16 | image.channel(x, y, 1) << 8 | image.channel(x, y, 2);
    }

    static ImageDecoder decoder(ImageLimits limits) {
        return new ImageDecoder(limits, InstantSource.system());
    }

    static byte[] jpeg(RgbImage image) {
        return written("jpeg", buffered(image, BufferedImage.TYPE_3BYTE_BGR), false, 1);
    }

    static byte[] resource(String name) {
        try (InputStream in = Pictures.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    static BufferedImage buffered(RgbImage image, int type) {
        BufferedImage copy = new BufferedImage(image.width(), image.height(), type);
        for (int y = 0; y < image.height(); y++) {
            for (int x = 0; x < image.width(); x++) {
                copy.setRGB(x, y, colour(image, x, y));
            }
        }
        return copy;
    }

    /** Writes by one of the JDK's writers, progressive or interlaced where asked for. */
    static byte[] written(String format, BufferedImage image, boolean progressive) {
        return written(format, image, progressive, 0.75f);
    }

    private static byte[] written(String format, BufferedImage image, boolean progressive, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            if (param.canWriteProgressive()) {
                param.setProgressiveMode(progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
            }
            if (format.equals("jpeg")) {
                param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                param.setCompressionQuality(quality);
            }
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), param);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            writer.dispose();
        }
        return out.toByteArray();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] big32(int value) {
        return bytes(value >> 24, value >> 16, value >> 8, value);
    }

    static byte[] little32(int value) {
        return bytes(value, value >> 8, value >> 16, value >> 24);
    }

    static byte[] little16(int value) {
        return bytes(value, value >> 8);
    }

    static byte[] pngChunk(String type, byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(ascii(type));
        crc.update(body);
        return join(big32(body.length), ascii(type), body, big32((int) crc.getValue()));
    }

    static byte[] deflated(byte[] raw) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflater = new DeflaterOutputStream(out, new Deflater(9))) {
            deflater.write(raw);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return out.toByteArray();
    }

    /**
     * A PNG from its raw rows.
     *
     * @param raw rows, each behind its filter byte
     * @param between chunks between IHDR and IDAT
     */
    static byte[] png(int width, int height, int depth, int colourType, byte[] raw, byte[]... between) {
        byte[] header = join(big32(width), big32(height), bytes(depth, colourType, 0, 0, 0));
        return join(
                PNG_SIGNATURE,
                pngChunk("IHDR", header),
                join(between),
                pngChunk("IDAT", deflated(raw)),
                pngChunk("IEND", new byte[0]));
    }

    /** A big-endian EXIF block that holds an orientation alone. */
    static byte[] exif(int orientation) {
        return join(
                ascii("MM\0*"),
                big32(8),
                bytes(0, 1),
                bytes(1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0),
                big32(0));
    }

    /** Puts bytes into a copy of a file. */
    static byte[] inserted(byte[] file, int at, byte[]... parts) {
        return join(Arrays.copyOf(file, at), join(parts), Arrays.copyOfRange(file, at, file.length));
    }

    static byte[] jpegSegment(int marker, byte[] body) {
        int length = body.length + 2;
        return join(bytes(0xff, marker, length >> 8, length), body);
    }

    static byte[] webpChunk(String type, byte[] body) {
        return join(ascii(type), little32(body.length), body, new byte[body.length & 1]);
    }

    static byte[] webp(byte[]... chunks) {
        byte[] body = join(ascii("WEBP"), join(chunks));
        return join(ascii("RIFF"), little32(body.length), body);
    }

    /** An uncompressed little-endian RGB TIFF; fields come in threes: tag, type, value. */
    static byte[] tiff(RgbImage image, int... extra) {
        int[] fields = {
            256,
            4,
            image.width(),
            257,
            4,
            image.height(),
            259,
            3,
            1,
            262,
            3,
            2,
            273,
            4,
            8,
            277,
            3,
            3,
            278,
            4,
            image.height(),
            279,
            4,
            image.rgb().length
        };
        TreeMap<Integer, byte[]> entries = new TreeMap<>();
        entries.put(258, join(little16(258), little16(3), little32(1), little32(8)));
        for (int[] source : new int[][] {fields, extra}) {
            for (int i = 0; i < source.length; i += 3) {
                entries.put(
                        source[i],
                        join(little16(source[i]), little16(source[i + 1]), little32(1), little32(source[i + 2])));
            }
        }
        int directory = 8 + image.rgb().length;
        return join(
                ascii("II*\0"),
                little32(directory),
                image.rgb(),
                little16(entries.size()),
                join(entries.values().toArray(byte[][]::new)),
                little32(directory));
    }
}
