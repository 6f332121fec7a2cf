package dev.semantica.pages;

import dev.semantica.pages.drawing.Advert;
import dev.semantica.pages.drawing.Design;
import dev.semantica.pages.drawing.Scene;
import dev.semantica.pages.drawing.Variation;
import dev.semantica.pages.factor.Factors;
import java.awt.image.BufferedImage;

/** An image of a page: what is known of it, and how it is drawn. */
sealed interface PageImage {

    Factors factors();

    BufferedImage render(int size);

    /** One that belongs to the page. */
    record Genuine(Design design, Variation variation) implements PageImage {
        @Override
        public Factors factors() {
            return variation.factors().with("noise", "none");
        }

        @Override
        public BufferedImage render(int size) {
            return Scene.draw(design, variation, size);
        }
    }

    /** One of another page, of another kind and colour. */
    record Stranger(Design design, Variation variation) implements PageImage {
        @Override
        public Factors factors() {
            return Factors.NONE
                    .with("noise", "foreign")
                    .with("foreign", design.kind().id());
        }

        @Override
        public BufferedImage render(int size) {
            return Scene.draw(design, variation, size);
        }
    }

    /** An advertisement or a logo. */
    record Advertisement(Advert advert) implements PageImage {
        @Override
        public Factors factors() {
            return Factors.NONE
                    .with("noise", "foreign")
                    .with("foreign", advert.form().id());
        }

        @Override
        public BufferedImage render(int size) {
            return Scene.drawAdvert(advert, size);
        }
    }

    /** Another image of the page, hardly changed. */
    record NearDuplicate(int of, Genuine original, Copying copying) implements PageImage {
        @Override
        public Factors factors() {
            return original.variation()
                    .factors()
                    .with("noise", "near-duplicate")
                    .with("duplicate-of", ProceduralPage.file(of))
                    .with("duplicate-by", copying.id());
        }

        @Override
        public BufferedImage render(int size) {
            return copying.apply(original.render(size));
        }
    }
}
