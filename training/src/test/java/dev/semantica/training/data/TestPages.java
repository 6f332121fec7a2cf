package dev.semantica.training.data;

import dev.semantica.pages.factor.Factors;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up pages, packed. */
public final class TestPages {

    private TestPages() {}

    /** Packs pages, in their order. */
    public static PackedPages pack(Path folder, int side, List<SourcePage> pages) throws IOException {
        PageSource source = new PageSource() {
            @Override
            public Map<String, Object> describe() {
                return Map.of("type", "test");
            }

            @Override
            public String fingerprint() {
                return pages.stream().map(SourcePage::id).toList().toString();
            }

            @Override
            public void forEach(PageConsumer action, SkipListener skipped) throws IOException {
                for (SourcePage page : pages) {
                    action.accept(page);
                }
            }
        };
        return new PagePacker(folder, side).pack(List.of(source), done -> {}, (what, cause) -> {
            throw new IllegalStateException(what + ": " + cause);
        });
    }

    /** A page of images. */
    public static SourcePage page(String id, RgbImage... images) {
        return page(id, Factors.NONE, images);
    }

    /** A page of images that is annotated. */
    public static SourcePage page(String id, Factors factors, RgbImage... images) {
        List<SourcePage.Image> all = new ArrayList<>();
        for (int i = 0; i < images.length; i++) {
            RgbImage image = images[i];
            all.add(new SourcePage.Image(Integer.toString(i), Factors.NONE, () -> image));
        }
        return new SourcePage(id, "", factors, all);
    }

    /** Pages of two images of plain noise. */
    public static List<SourcePage> noisy(int count, int side) {
        List<SourcePage> pages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            pages.add(page("noisy/" + i, noise(side, 2L * i), noise(side, 2L * i + 1)));
        }
        return pages;
    }

    /** One colour all over. */
    public static RgbImage plain(int side, int red, int green, int blue) {
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i += 3) {
            rgb[i] = (byte) red;
            rgb[i + 1] = (byte) green;
            rgb[i + 2] = (byte) blue;
        }
        return new RgbImage(side, side, rgb);
    }

    /** Another colour at every pixel. */
    public static RgbImage noise(int side, long seed) {
        byte[] rgb = new byte[3 * side * side];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(side, side, rgb);
    }
}
