package dev.semantica.benchmarks;

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
 * rows in a step and as many threads. Two bare loops: one gives all rows to one call on all threads, as a loop written by
 * hand does; the other has the engine's own way of a part of the rows for each thread. They run with no cluster in the
 * process, before and after, since an idle one takes time from them too; how much is told as well. A loop decodes and
 * encodes each source, runs the steps and the decoder, and throws the pixels away; it writes no image files, computes no
 * similarity, and publishes nothing.
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
        Bundle shipped = Bundle.read(MeasuredBundle.DIRECTORY);
        ExecutionProvider processor = ExecutionProvider.cpu(threads);
        double[] oneCall;
        double[] parts;
        try (OnnxBundle byHand = OnnxBundle.load(shipped, processor, OnnxBundle.TickPath.ONE_CALL);
                OnnxBundle engine = OnnxBundle.load(shipped, processor, OnnxBundle.TickPath.COMPOSED)) {
            bare(byHand, pictures.subList(0, 2));
            bare(engine, pictures.subList(0, 2));
            oneCall = new double[] {rate(byHand, pictures), 0};
            parts = new double[] {rate(engine, pictures), 0};
            try (Cluster cluster = new Cluster(directory, flags)) {
                cluster.startStreams();
                cluster.startWorker();
                stream(cluster.connection(), "warm-up", pictures);
                report.line("one call, beside the idle cluster", rate(byHand, pictures), "variations/s");
                for (int pair = 0; pair < pairs; pair++) {
                    report.line("parts, beside the idle cluster", rate(engine, pictures), "variations/s");
                    rates[pair] = images * PER_IMAGE / stream(cluster.connection(), "pair-" + pair, pictures);
                    report.line("through Kafka", rates[pair], "variations/s");
                }
            }
            parts[1] = rate(engine, pictures);
            oneCall[1] = rate(byHand, pictures);
        }
        Arrays.sort(rates);
        compare(report, "one call", oneCall, rates);
        compare(report, "parts", parts, rates);
    }

    private void compare(Report report, String loop, double[] alone, double[] sorted) {
        report.line(
                loop + " alone, before and after",
                String.format(Locale.ROOT, "%.2f, %.2f variations/s", alone[0], alone[1]));
        double mean = (alone[0] + alone[1]) / 2;
        report.line("through Kafka of " + loop + " alone, smallest", 100 * sorted[0] / mean, "%");
        report.line(
                "through Kafka of " + loop + " alone, median",
                50 * (sorted[(pairs - 1) / 2] + sorted[pairs / 2]) / mean,
                "%");
    }

    private double rate(OnnxBundle bundle, List<byte[]> pictures) throws Exception {
        return images * PER_IMAGE / bare(bundle, pictures);
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
                        sampling.guidance(),
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
        RgbImage house = decoder.decode(MeasuredBundle.picture());
        List<byte[]> pictures = new ArrayList<>();
        for (int i = 0; i < images; i++) {
            byte[] rgb = house.rgb().clone();
            rgb[0] = (byte) i;
            pictures.add(ImageEncoder.PNG.encode(new RgbImage(house.width(), house.height(), rgb), Map.of()));
        }
        return pictures;
    }
}
