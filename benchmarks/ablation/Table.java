import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints what several evaluations of the same pages found, a line a model: {@code Table DIRECTORY NAME...}. */
class Table {
    private static final List<String> KEPT = List.of("kind", "background", "main", "outline");

    public static void main(String[] arguments) throws Exception {
        Map<String, JsonNode> reports = new LinkedHashMap<>();
        for (String name : List.of(arguments).subList(1, arguments.length)) {
            Path file = Path.of(arguments[0]).resolve("judged-" + name).resolve("report.json");
            reports.put(name, new ObjectMapper().readTree(file.toFile()));
        }
        List<String> heads = new ArrayList<>(List.of("", "frechet", "precision", "recall", "similarity", "diversity"));
        KEPT.forEach(factor -> heads.add("kept " + factor));
        print(heads);
        reports.forEach((name, report) -> print(row(name, report, "variations", "variations")));
        JsonNode first = reports.values().iterator().next();
        print(row("real page mates", first, "real images (floor)", "real page mates"));
        print(row("copies", first, "copies of the shots", "copies of the source"));
        print(row("classical", first, "classical augmentation", "classical augmentation"));
    }

    private static List<String> row(String name, JsonNode report, String candidate, String judged) {
        JsonNode scores = report.path("candidates").path(candidate).path("scores");
        JsonNode consistency = report.path("candidates").path(candidate).path("consistency");
        List<String> cells = new ArrayList<>(List.of(name));
        cells.add(cell(scores.path("frechet_distance")));
        cells.add(cell(scores.path("precision_3")));
        cells.add(cell(scores.path("recall_3")));
        cells.add(cell(consistency.path("similarity")));
        cells.add(cell(consistency.path("diversity")));
        JsonNode kept = report.path("factors").path("candidates").path(judged).path("kept");
        KEPT.forEach(factor -> cells.add(cell(kept.path(factor))));
        return cells;
    }

    private static String cell(JsonNode figure) {
        return figure.has("mean") ? String.format(Locale.ROOT, "%.3f", figure.get("mean").asDouble()) : "";
    }

    private static void print(List<String> cells) {
        StringBuilder line = new StringBuilder(String.format("%-18s", cells.get(0)));
        cells.subList(1, cells.size()).forEach(cell -> line.append(String.format("%17s", cell)));
        System.out.println(line.toString().stripTrailing());
    }
}
