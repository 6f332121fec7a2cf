package dev.semantica.pages;

import dev.semantica.pages.drawing.Advert;
import dev.semantica.pages.drawing.Design;
import dev.semantica.pages.drawing.Kind;
import dev.semantica.pages.drawing.Variation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Decides what each image of a page is. Every image is foreign or a near-duplicate with the configured shares,
 * independently; a page on which no image would be genuine gets one that is.
 */
final class Noise {

    private static final List<Kind> KINDS = List.of(Kind.values());

    private enum Role {
        GENUINE,
        FOREIGN,
        NEAR_DUPLICATE
    }

    private Noise() {}

    static List<PageImage> images(PagesConfig config, long index, Design design) {
        List<Role> roles = roles(config, index);
        List<Integer> genuine = new ArrayList<>();
        for (int image = 0; image < roles.size(); image++) {
            if (roles.get(image) == Role.GENUINE) {
                genuine.add(image);
            }
        }
        List<PageImage> images = new ArrayList<>();
        for (int image = 0; image < roles.size(); image++) {
            SplittableRandom random = Draws.of(config.seed(), Draws.FOREIGN, index, image);
            images.add(
                    switch (roles.get(image)) {
                        case GENUINE -> genuine(config, index, image, design);
                        case FOREIGN -> foreign(design, random);
                        case NEAR_DUPLICATE -> {
                            int original = genuine.get(random.nextInt(genuine.size()));
                            yield new PageImage.NearDuplicate(
                                    original, genuine(config, index, original, design), Copying.draw(random));
                        }
                    });
        }
        return images;
    }

    private static List<Role> roles(PagesConfig config, long index) {
        List<Role> roles = new ArrayList<>();
        for (int image = 0; image < config.images(); image++) {
            double share = Draws.of(config.seed(), Draws.NOISE, index, image).nextDouble();
            roles.add(
                    share < config.foreign()
                            ? Role.FOREIGN
                            : share < config.foreign() + config.nearDuplicates() ? Role.NEAR_DUPLICATE : Role.GENUINE);
        }
        if (!roles.contains(Role.GENUINE)) {
            int kept = Draws.of(config.seed(), Draws.NOISE, index, -1).nextInt(roles.size());
            roles.set(kept, Role.GENUINE);
        }
        return roles;
    }

    private static PageImage.Genuine genuine(PagesConfig config, long index, int image, Design design) {
        return new PageImage.Genuine(design, Variation.draw(Draws.of(config.seed(), Draws.VARIATION, index, image)));
    }

    private static PageImage foreign(Design design, RandomGenerator random) {
        if (random.nextInt(5) < 2) {
            return new PageImage.Advertisement(Advert.draw(random));
        }
        Design other = stranger(random);
        while (!other.isForeignTo(design)) {
            other = stranger(random);
        }
        return new PageImage.Stranger(other, Variation.draw(random));
    }

    private static Design stranger(RandomGenerator random) {
        return Design.draw(KINDS.get(random.nextInt(KINDS.size())), random);
    }
}
