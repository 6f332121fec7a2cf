package dev.semantica.console.evaluate;

import dev.semantica.evaluation.data.LabelledImage;
import dev.semantica.evaluation.feature.Features;
import dev.semantica.evaluation.metric.FeatureMatrix;
import dev.semantica.sampler.image.ContactSheet;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageRejectedException;
import dev.semantica.sampler.image.RgbImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** A picture of shots and their variations. */
final class ShotSheet {

    private static final int SHOWN = 12;
    private static final int SIDE = 96;

    private ShotSheet() {}

    private record Shown(List<RgbImage> pictures, double distance) {}

    /** As PNG: the sources whose variations are closest on average first, the farthest last. */
    static byte[] draw(Features features, List<LabelledImage> shots, List<List<byte[]>> made)
            throws IOException, ImageRejectedException {
        List<Shown> all = new ArrayList<>();
        for (int i = 0; i < shots.size(); i++) {
            List<RgbImage> pictures = new ArrayList<>();
            pictures.add(features.picture(shots.get(i).content().read()));
            for (byte[] file : made.get(i)) {
                pictures.add(features.picture(file));
            }
            all.add(new Shown(pictures, distance(features.ofPictures(pictures))));
        }
        all.sort(Comparator.comparingDouble(Shown::distance));
        List<ContactSheet.Line> lines = new ArrayList<>();
        for (int i = 0; i < Math.min(SHOWN, all.size()); i++) {
            // Evenly from the first to the last.
            int place = all.size() <= SHOWN ? i : (int) ((long) i * (all.size() - 1) / (SHOWN - 1));
            List<RgbImage> pictures = all.get(place).pictures();
            lines.add(new ContactSheet.Line(pictures.get(0), pictures.subList(1, pictures.size())));
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
