package dev.semantica.sampler.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Encodes pictures as PNG (lossless) or JPEG, with metadata in them: entries that {@link ImageMetadata} reads back, and
 * an XMP packet with IPTC's DigitalSourceType. The same picture and metadata give the same bytes.
 */
public enum ImageEncoder {
    /** Lossless. */
    PNG("image/png") {
        @Override
        public byte[] encode(RgbImage image, Map<String, String> metadata) {
            return withPngText(plain(image, "png", null), metadata);
        }
    },
    /** Lossy, quality 0.95. */
    JPEG("image/jpeg") {
        @Override
        public byte[] encode(RgbImage image, Map<String, String> metadata) {
            return withJpegSegments(plain(image, "jpeg", 0.95f), metadata);
        }
    };

    static final String KEYWORD_PREFIX = "semantica:";
    static final int PNG_SIGNATURE = 8;
    /** Length, type and CRC around the 13 bytes of IHDR, the first chunk. */
    private static final int PNG_HEADER_CHUNK = 25;

    private static final String XMP_KEYWORD = "XML:com.adobe.xmp";
    private static final String JPEG_XMP = "http://ns.adobe.com/xap/1.0/\0";
    private static final int JPEG_SEGMENT_LIMIT = 65_533;

    private final String mediaType;

    ImageEncoder(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The media type of the files. */
    public String mediaType() {
        return mediaType;
    }

    /**
     * Encodes a picture.
     *
     * @param metadata what is known of it, in order; keys of 1 to 60 ASCII letters, digits and dots
     */
    public abstract byte[] encode(RgbImage image, Map<String, String> metadata);

    private static byte[] plain(RgbImage image, String format, Float quality) {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
        for (int i = 0; i < bgr.length; i += 3) {
            bgr[i] = image.rgb()[i + 2];
            bgr[i + 1] = image.rgb()[i + 1];
            bgr[i + 2] = image.rgb()[i];
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            if (quality != null) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionQuality(quality);
            }
            writer.setOutput(stream);
            writer.write(null, new IIOImage(buffered, null, null), parameters);
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }

    private static byte[] withPngText(byte[] png, Map<String, String> metadata) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int afterHeader = PNG_SIGNATURE + PNG_HEADER_CHUNK;
        bytes.write(png, 0, afterHeader);
        metadata.forEach((key, value) -> bytes.writeBytes(internationalText(KEYWORD_PREFIX + key, value)));
        bytes.writeBytes(internationalText(XMP_KEYWORD, Xmp.packet(metadata)));
        bytes.write(png, afterHeader, png.length - afterHeader);
        return bytes.toByteArray();
    }

    /** An uncompressed iTXt chunk (PNG specification 11.3.4.5). */
    private static byte[] internationalText(String keyword, String text) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes("iTXt".getBytes(StandardCharsets.ISO_8859_1));
        content.writeBytes(keyword.getBytes(StandardCharsets.ISO_8859_1));
        // End of keyword, not compressed, method 0, empty language tag, empty translated keyword.
        content.writeBytes(new byte[5]);
        content.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        CRC32 crc = new CRC32();
        crc.update(content.toByteArray());
        ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(chunk)) {
            out.writeInt(content.size() - 4);
            content.writeTo(out);
            out.writeInt((int) crc.getValue());
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return chunk.toByteArray();
    }

    private static byte[] withJpegSegments(byte[] jpeg, Map<String, String> metadata) {
        // Behind SOI and the APP0 segment that the writer always puts first.
        int afterApp0 = 4 + (((jpeg[4] & 0xFF) << 8) | (jpeg[5] & 0xFF));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, afterApp0);
        writeSegment(bytes, 0xE1, JPEG_XMP + Xmp.packet(metadata));
        metadata.forEach((key, value) -> writeSegment(bytes, 0xFE, KEYWORD_PREFIX + key + "=" + value));
        bytes.write(jpeg, afterApp0, jpeg.length - afterApp0);
        return bytes.toByteArray();
    }

    private static void writeSegment(ByteArrayOutputStream out, int marker, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > JPEG_SEGMENT_LIMIT) {
            throw new IllegalArgumentException(
                    "Metadata of " + bytes.length + " bytes does not fit into a JPEG segment");
        }
        out.write(0xFF);
        out.write(marker);
        out.write((bytes.length + 2) >> 8);
        out.write(bytes.length + 2);
        out.writeBytes(bytes);
    }
}
