package dev.semantica.benchmarks;

import dev.semantica.console.cluster.Applications;
import dev.semantica.console.cluster.Connection;
import dev.semantica.diffusion.Row;
import dev.semantica.diffusion.SchedulerKind;
import dev.semantica.diffusion.StepTable;
import dev.semantica.diffusion.Stepper;
import dev.semantica.sampler.bundle.Bundle;
import dev.semantica.sampler.bundle.BundleManifest;
import dev.semantica.sampler.engine.Condition;
import dev.semantica.sampler.image.ImageDecoder;
import dev.semantica.sampler.image.ImageEncoder;
import dev.semantica.sampler.image.ImageLimits;
import dev.semantica.sampler.image.Resizing;
import dev.semantica.sampler.image.RgbImage;
import dev.semantica.sampler.onnx.ExecutionProvider;
import dev.semantica.sampler.onnx.OnnxBundle;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the stream costs: variations a second through embedded Kafka against a bare loop over the same graphs, with as many
 * rows in a call and as many threads. The bare loop runs with no cluster in the process, before and after, since an idle
 * one takes time from it too; how much is told as well. It decodes and encodes each source, runs the steps and the decoder, and
 * throws the pixels away; it writes no image files, computes no similarity, and publishes nothing.
 */
final class StreamBenchmark {

    private static final int PER_IMAGE = 8;

    private final int images;
    private final int rows;
    private final int pairs;
    private final int threads;

    StreamBenchmark(int images, int rows, int pairs, int threads) {
        this.images = images;
        this.rows = rows;
        this.pairs = pairs;
        this.threads = threads;
    }

    void run(Path directory, Report report) throws Exception {
        List<byte[]> pictures = pictures();
        Map<String, String> flags = Map.of(
                "sampler.max.rows", Integer.toString(rows),
                "intra.op.threads", Integer.toString(threads));
        report.line("variations in a run", images * PER_IMAGE + ", of " + images + " images");
        report.line("rows in a call, threads", rows + ", " + threads);
        double[] rates = new double[pairs];
        double alone;
        try (OnnxBundle bundle =
                OnnxBundle.load(Bundle.read(Applications.defaultBundle()), ExecutionProvider.cpu(threads))) {
            bare(bundle, pictures.subList(0, 2));
            double before = images * PER_IMAGE / bare(bundle, pictures);
            try (Cluster cluster = new Cluster(directory, flags)) {
                cluster.startStreams();
                cluster.startWorker();
                stream(cluster.connection(), "warm-up", pictures);
                for (int pair = 0; pair < pairs; pair++) {
                    double beside = images * PER_IMAGE / bare(bundle, pictures);
                    rates[pair] = images * PER_IMAGE / stream(cluster.connection(), "pair-" + pair, pictures);
                    report.line("bare loop beside the idle cluster", beside, "variations/s");
                    report.line("through Kafka", rates[pair], "variations/s");
                }
            }
            double after = images * PER_IMAGE / bare(bundle, pictures);
            report.line(
                    "bare loop alone, before and after",
                    String.format(Locale.ROOT, "%.2f, %.2f variations/s", before, after));
            alone = (before + after) / 2;
        }
        Arrays.sort(rates);
        report.line("through Kafka of alone, smallest", 100 * rates[0] / alone, "%");
        report.line("through Kafka of alone, median", 50 * (rates[(pairs - 1) / 2] + rates[pairs / 2]) / alone, "%");
    }

    /** Seconds from the first event sent to the last variation committed. */
    private static double stream(Connection connection, String requestId, List<byte[]> pictures) {
        Topic<ImageEvent> topic = connection.topics().imageEvents();
        SamplingOptions options = SamplingOptions.newBuilder()
                .setCount(PER_IMAGE)
                .setSeed((long) requestId.hashCode())
                .build();
        try (VariationCounter counter = new VariationCounter(connection);
                Producer<String, ImageEvent> producer = connection.producer(topic)) {
            long from = System.nanoTime();
            for (int i = 0; i < pictures.size(); i++) {
                ImageEvent event = Events.of(requestId, pictures.size(), i, pictures.get(i), options);
                var unused = producer.send(new ProducerRecord<>(topic.name(), event.getImageId(), event));
            }
            return (counter.await((long) pictures.size() * PER_IMAGE) - from) / 1e9;
        }
    }

    private double bare(OnnxBundle bundle, List<byte[]> pictures) throws Exception {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());
        BundleManifest manifest = bundle.bundle().manifest();
        BundleManifest.Sampling sampling = manifest.sampling();
        StepTable table = bundle.bundle()
                .tabulate(SchedulerKind.byWireName(sampling.scheduler()).orElseThrow(), sampling.steps());
        Stepper<Condition> loop = bundle.stepper();
        long from = System.nanoTime();
        List<Row<Condition>> waiting = new ArrayList<>();
        for (byte[] picture : pictures) {
            RgbImage image = Resizing.cover(
                    decoder.decode(picture),
                    manifest.image().width(),
                    manifest.image().height());
            Condition condition = bundle.encode(List.of(image)).get(0);
            for (int index = 0; index < PER_IMAGE; index++) {
                waiting.add(new Row<>(
                        table,
                        condition,
                        sampling.guidanceScale(),
                        1,
                        index,
                        manifest.sample().size()));
            }
        }
        for (int at = 0; at < waiting.size(); at += rows) {
            List<Row<Condition>> batch = waiting.subList(at, Math.min(at + rows, waiting.size()));
            for (int step = 0; step < table.steps().size(); step++) {
                loop.tick(batch);
            }
            bundle.decode(batch.stream().map(Row::sample).toList());
        }
        return (System.nanoTime() - from) / 1e9;
    }

    /** Pictures that differ in a pixel, so that none is known from another. */
    private List<byte[]> pictures() throws Exception {
        ImageDecoder decoder = new ImageDecoder(ImageLimits.DEFAULT, InstantSource.system());
        RgbImage house = decoder.decode(Files.readAllBytes(
                Applications.defaultBundle().resolve("examples").resolve("house.png")));
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            byte[] rgb = house.rgb().clone();
            rgb[0] = (byte) i;
            pictures.add(ImageEncoder.PNG.encode(new RgbImage(house.width(), house.height(), rgb), Map.of()));
        }
        return pictures;
    }
}
