package dev.semantica.console.evaluate;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.evaluation.metric.Samples;
import dev.semantica.evaluation.report.ReportFiles;
import dev.semantica.sampler.image.ContactSheet;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Pictures of shots and their variations, of bounded size. */
final class ShotSheet {

    private static final int SHOWN = 8;
    private static final int VARIATIONS = 8;
    private static final int SIDE = 96;

    private ShotSheet() {}

    private record Shown(List<RgbImage> pictures, double distance) {}

    /** Sheets of the sources whose variations are closest on average, of the farthest, and of some drawn by lot. */
    static List<ReportFiles.Sheet> draw(
            Features features, List<LabelledImage> shots, List<List<byte[]>> made, long seed)
            throws IOException, ImageRejectedException {
        List<Shown> all = new ArrayList<>();
        for (int i = 0; i < shots.size(); i++) {
            if (!made.get(i).isEmpty()) {
                List<RgbImage> pictures = new ArrayList<>();
                pictures.add(features.picture(shots.get(i).content().read()));
                for (byte[] file :
                        made.get(i).subList(0, Math.min(VARIATIONS, made.get(i).size()))) {
                    pictures.add(features.picture(file));
                }
                all.add(new Shown(pictures, distance(features.ofPictures(pictures))));
            }
        }
        all.sort(Comparator.comparingDouble(Shown::distance));
        int shown = Math.min(SHOWN, all.size());
        List<Shown> farthest = new ArrayList<>(all.subList(all.size() - shown, all.size()));
        Collections.reverse(farthest);
        List<Shown> drawn = Arrays.stream(Samples.withoutReplacement(all.size(), shown, new SplittableRandom(seed)))
                .mapToObj(all::get)
                .toList();
        return List.of(
                new ReportFiles.Sheet("Closest to their source", png(all.subList(0, shown))),
                new ReportFiles.Sheet("Farthest from their source, the farthest first", png(farthest)),
                new ReportFiles.Sheet("Drawn by lot", png(drawn)));
    }

    private static byte[] png(List<Shown> shown) {
        List<ContactSheet.Line> lines = new ArrayList<>();
        for (Shown line : shown) {
            lines.add(new ContactSheet.Line(
                    line.pictures().get(0),
                    line.pictures().subList(1, line.pictures().size())));
        }
        return ImageEncoder.PNG.encode(ContactSheet.draw(lines, SIDE), Map.of());
    }

    private static double distance(FeatureMatrix sourceFirst) {
        double sum = 0;
        for (int i = 1; i < sourceFirst.rows(); i++) {
            for (int j = 0; j < sourceFirst.dimension(); j++) {
                double difference = sourceFirst.get(i, j) - sourceFirst.get(0, j);
                sum += difference * difference;
            }
        }
        return sum / Math.max(1, sourceFirst.rows() - 1);
    }
}
