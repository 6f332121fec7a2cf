package dev.semantica.training.data;

import dev.semantica.pages.PagesConfig;
import dev.semantica.pages.ProceduralPage;
import dev.semantica.pages.ProceduralPages;
import dev.semantica.sampler.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pages that are drawn as they are needed. */
final class ProceduralSource implements PageSource {

    private final PagesConfig config;
    private final long first;
    private final int count;

    ProceduralSource(PagesConfig config, long first, int count) {
        this.config = config;
        this.first = first;
        this.count = count;
    }

    @Override
    public Map<String, Object> describe() {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("type", "procedural");
        described.put("seed", config.seed());
        described.put("first", first);
        described.put("pages", count);
        described.put("images", config.images());
        described.put("size", config.size());
        described.put("kinds", config.kinds().stream().map(kind -> kind.id()).toList());
        described.put("foreign", config.foreign());
        described.put("nearDuplicates", config.nearDuplicates());
        return described;
    }

    @Override
    public String fingerprint() {
        return "";
    }

    @Override
    public void forEach(PageConsumer action, SkipListener skipped) throws IOException {
        ProceduralPages pages = new ProceduralPages(config);
        for (long index = first; index < first + count; index++) {
            ProceduralPage page = pages.page(index);
            List<SourcePage.Image> images = new ArrayList<>();
            for (int i = 0; i < page.images(); i++) {
                int number = i;
                images.add(new SourcePage.Image(
                        ProceduralPage.file(i), page.imageFactors(i), () -> rgb(page.render(number))));
            }
            String label = page.factors().category("kind").orElse("");
            action.accept(
                    new SourcePage("procedural-" + config.seed() + "/" + page.id(), label, page.factors(), images));
        }
    }

    private static RgbImage rgb(BufferedImage drawn) {
        int width = drawn.getWidth();
        int[] pixels = drawn.getRGB(0, 0, width, drawn.getHeight(), null, 0, width);
        byte[] rgb = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            rgb[3 * i] = (byte) (pixels[i] >> 16);
            rgb[3 * i + 1] = (byte) (pixels[i] >> 8);
            rgb[3 * i + 2] = (byte) pixels[i];
        }
        return new RgbImage(width, drawn.getHeight(), rgb);
    }
}
