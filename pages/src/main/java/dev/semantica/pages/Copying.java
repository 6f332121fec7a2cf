package dev.semantica.pages;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * How pictures change a little when they are copied about the web.
 *
 * @param form what happens
 * @param strength 0 to 1: resized to 80–45 %, re-encoded as JPEG of quality 0.85–0.4, or 2–9 % cut off
 */
record Copying(Form form, double strength) {

    private static final List<Form> FORMS = List.of(Form.values());

    /** What happens to a copy. */
    enum Form {
        RESIZED,
        RE_ENCODED,
        CROPPED
    }

    static Copying draw(RandomGenerator random) {
        return new Copying(FORMS.get(random.nextInt(FORMS.size())), random.nextDouble());
    }

    String id() {
        return form.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    BufferedImage apply(BufferedImage image) {
        return switch (form) {
            case RESIZED -> {
                int small = (int) Math.round(image.getWidth() * (0.8 - 0.35 * strength));
                yield scaled(scaled(image, small), image.getWidth());
            }
            case RE_ENCODED -> reEncoded(image, (float) (0.85 - 0.45 * strength));
            case CROPPED -> {
                int cut = Math.max(1, (int) Math.round(image.getWidth() * (0.02 + 0.07 * strength)));
                int kept = image.getWidth() - cut;
                yield scaled(image.getSubimage(cut / 2, cut - cut / 2, kept, kept), image.getWidth());
            }
        };
    }

    private static BufferedImage scaled(BufferedImage image, int size) {
        BufferedImage scaled = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(image, 0, 0, size, size, null);
        graphics.dispose();
        return scaled;
    }

    private static BufferedImage reEncoded(BufferedImage image, float quality) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam param = writer.getDefaultWriteParam();
            param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            param.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), param);
            out.flush();
            BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
            return scaled(decoded, image.getWidth());
        } catch (IOException e) {
            // Nothing but memory is written and read.
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
    }
}
