package dev.semantica.pages.drawing;

import static dev.semantica.pages.drawing.Trait.amount;
import static dev.semantica.pages.drawing.Trait.form;
import static dev.semantica.pages.drawing.Trait.number;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a page may be about, with the traits of shape that a page of the kind fixes. */
// Immutable in effect: the drawings are static methods, the lists unmodifiable.
@SuppressWarnings("ImmutableEnumChecker")
public enum Kind {
    APPLE(Plants::apple, amount("width"), form("look", "halves", "worm", "spot")),
    BALLOON(Vehicles::balloon, amount("width"), form("pattern", "gores", "band", "heart")),
    BIRD(Birds::bird, amount("plumpness"), form("tail", "forked", "fan", "long"), form("crest", "none", "tuft")),
    BOAT(
            Vehicles::boat,
            amount("sail"),
            number("sails", 1, 2),
            form("hull", "round", "straight"),
            form("flag", "none", "pennant")),
    BUTTERFLY(Insects::butterfly, amount("wings"), form("form", "round", "pointed"), form("marks", "eyes", "bands")),
    CACTUS(Plants::cactus, amount("width"), number("arms", 0, 1, 2), form("top", "plain", "bloom")),
    CAR(Vehicles::car, amount("wheels"), form("body", "saloon", "van", "beetle"), form("roof", "bare", "rack")),
    CAT(Pets::cat, amount("plumpness"), form("fur", "stripes", "patch", "collar")),
    CLOCK(Things::clock, amount("rim"), number("ticks", 4, 12), form("top", "bells", "ring")),
    CUP(Things::cup, amount("foot"), form("decoration", "bands", "heart", "dots")),
    CUPCAKE(
            Treats::cupcake,
            amount("icing"),
            form("on-top", "candle", "cherry", "nothing"),
            form("icing-with", "plain", "sprinkles")),
    FISH(WaterAnimals::fish, amount("height"), number("bands", 0, 1, 3), form("tail", "forked", "round")),
    FLOWER(Plants::flower, amount("length"), number("petals", 5, 8, 12), form("petal", "round", "pointed")),
    GUITAR(Outdoors::guitar, amount("hips"), form("body", "acoustic", "electric"), form("head", "slotted", "pointed")),
    HOUSE(
            Things::house,
            amount("roof"),
            number("windows", 1, 2, 3),
            form("gable", "pointed", "flat-top"),
            form("chimney", "none", "smoking")),
    ICE_CREAM(Treats::iceCream, amount("cone"), number("scoops", 1, 2, 3), form("on-top", "cherry", "wafer")),
    KEY(Things::key, amount("shaft"), number("teeth", 1, 2, 3), form("bow", "ring", "clover", "heart")),
    KITE(Outdoors::kite, amount("width"), form("pattern", "quarters", "face", "bands")),
    LADYBIRD(Insects::ladybird, amount("width"), number("spots", 1, 3, 5)),
    LAMP(Things::lamp, amount("shade"), form("foot", "round", "square"), form("stand", "pole", "vase")),
    LIGHTHOUSE(Outdoors::lighthouse, amount("foot"), number("bands", 2, 4), form("roof", "dome", "pointed")),
    MUSHROOM(Plants::mushroom, amount("stem"), number("spots", 0, 3, 5), form("cap", "dome", "pointed", "flat")),
    OCTOPUS(WaterAnimals::octopus, amount("head"), number("arms", 4, 6), form("head-marks", "spots", "hat")),
    OWL(Birds::owl, amount("belly"), form("ears", "pointed", "none")),
    PENGUIN(Birds::penguin, amount("plumpness"), form("wears", "scarf", "bow", "cap")),
    PLANET(
            Sky::planet,
            amount("size"),
            form("ring", "none", "one"),
            form("surface", "bands", "craters", "continents"),
            number("moons", 0, 1, 2)),
    RABBIT(Pets::rabbit, amount("ears"), form("holds", "carrot", "bow")),
    ROBOT(
            Pets::robot,
            amount("head"),
            form("skull", "round", "square"),
            form("chest", "heart", "screen"),
            form("walks-on", "legs", "tracks")),
    ROCKET(Vehicles::rocket, amount("fins"), number("windows", 1, 2), form("fin", "swept", "round")),
    SNAIL(Insects::snail, amount("shell"), form("pattern", "spiral", "rings")),
    SNOWMAN(Treats::snowman, amount("belly"), number("buttons", 0, 3), form("hat", "top-hat", "bobble-hat")),
    TEAPOT(Things::teapot, amount("belly"), form("decoration", "band", "dots", "flower")),
    TRAIN(Vehicles::train, amount("wheels"), number("bands", 0, 2), form("chimney", "straight", "funnel")),
    TREE(
            Plants::tree,
            amount("trunk"),
            form("crown", "fir", "cloud", "oval"),
            form("bears", "nothing", "fruit", "star")),
    TURTLE(WaterAnimals::turtle, amount("dome"), form("shell", "plates", "spots")),
    UMBRELLA(Things::umbrella, amount("dome"), number("gores", 3, 5), form("handle", "hook", "knob")),
    WHALE(
            WaterAnimals::whale,
            amount("belly"),
            form("fluke", "wide", "pointed"),
            form("belly-lines", "none", "grooves"));

    /** Draws a subject between −1 and 1. */
    private interface Drawing {
        void draw(Sketch sketch);
    }

    private final Drawing drawing;
    private final List<Trait> traits;

    Kind(Drawing drawing, Trait... traits) {
        this.drawing = drawing;
        this.traits = List.of(traits);
    }

    /** Its name in annotations and on the command line: lower case, words joined by hyphens. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The kind of a name.
     *
     * @throws IllegalArgumentException if there is none; names those there are
     */
    public static Kind of(String id) {
        for (Kind kind : values()) {
            if (kind.id().equals(id)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("there is no kind '" + id + "'; there are "
                + String.join(
                        ", ", java.util.Arrays.stream(values()).map(Kind::id).toList()));
    }

    /**
     * The kinds of names, spaces around them aside.
     *
     * @param ids null: all kinds
     * @throws IllegalArgumentException that names every name that is none, a line each
     */
    public static List<Kind> of(List<String> ids) {
        if (ids == null) {
            return List.of(values());
        }
        List<Kind> kinds = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String id : ids) {
            try {
                kinds.add(of(id.strip()));
            } catch (IllegalArgumentException e) {
                problems.add(e.getMessage());
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
        return kinds;
    }

    List<Trait> traits() {
        return traits;
    }

    void draw(Sketch sketch) {
        drawing.draw(sketch);
    }
}
