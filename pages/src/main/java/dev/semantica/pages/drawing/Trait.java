package dev.semantica.pages.drawing;

import dev.semantica.pages.factor.Factors;
import java.util.List;
import java.util.random.RandomGenerator;

/** A property of shape that a page fixes for its subject; its factor is called {@code shape.NAME}. */
sealed interface Trait {

    /** Its name among the traits of a kind. */
    String name();

    /** Adds a value drawn uniformly. */
    Factors draw(Factors traits, RandomGenerator random);

    /** One of some forms that are clearly apart. */
    record Form(String name, List<String> forms) implements Trait {
        @Override
        public Factors draw(Factors traits, RandomGenerator random) {
            return traits.with(name, forms.get(random.nextInt(forms.size())));
        }
    }

    /** A number of parts: one of some that are clearly apart. */
    record Quota(String name, List<Integer> numbers) implements Trait {
        @Override
        public Factors draw(Factors traits, RandomGenerator random) {
            return traits.with(name, numbers.get(random.nextInt(numbers.size())).doubleValue());
        }
    }

    /** A quantity from 0 to 1. */
    record Amount(String name) implements Trait {
        @Override
        public Factors draw(Factors traits, RandomGenerator random) {
            return traits.with(name, Math.round(random.nextDouble() * 100) / 100.0);
        }
    }

    static Trait form(String name, String... forms) {
        return new Form(name, List.of(forms));
    }

    static Trait number(String name, Integer... numbers) {
        return new Quota(name, List.of(numbers));
    }

    static Trait amount(String name) {
        return new Amount(name);
    }
}
