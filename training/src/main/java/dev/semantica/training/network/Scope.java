package dev.semantica.training.network;

/** Where in a network a layer creates its arrays. */
record Scope(Weights weights, String prefix) {

    static Scope of(Weights weights) {
        return new Scope(weights, "");
    }

    Scope in(String name) {
        return new Scope(weights, prefix + name + ".");
    }

    Parameter create(String name, Initialisation initialisation, long... shape) {
        return weights.create(prefix + name, initialisation, shape);
    }
}
