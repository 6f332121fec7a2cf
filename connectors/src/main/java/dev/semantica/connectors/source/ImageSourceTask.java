package dev.semantica.connectors.source;

import dev.semantica.connectors.PluginVersion;
import dev.semantica.connectors.source.ImageSourceConfig.Limits;
import dev.semantica.connectors.storage.Storage;
import dev.semantica.connectors.storage.StoredFile;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Sends the images of its share of the files. */
public final class ImageSourceTask extends SourceTask {

    /** Long enough to cost nothing, short enough to stop soon. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final Clock clock;
    private final Pause pause;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private ImageSourceConfig config;
    private Storage storage;
    private FileIntake intake;
    private RateLimit rate;
    private long nextLookMs;
    /** What went wrong after images that were handed over first. */
    private ConnectException failure;

    /** Called by Connect. */
    public ImageSourceTask() {
        this(Clock.systemUTC(), null);
    }

    /** Makes a task for which time passes as a test says; a null pause waits until the task is stopped. */
    ImageSourceTask(Clock clock, Pause pause) {
        this.clock = clock;
        this.pause = pause == null ? this::untilStopped : pause;
    }

    @Override
    public void start(Map<String, String> settings) {
        config = ImageSourceConfig.from(settings);
        storage = Storage.open(config.location(), settings);
        Labels labels = new Labels(config.labels());
        Predicate<StoredFile> mine = file -> config.share().holds(file.size());
        Watch watch = new Watch(
                storage,
                mine.and(Watch.endingIn(config.files().extensions())).or(file -> labels.isManifest(file.name())),
                config.files().settle(),
                clock);
        intake = new FileIntake(config, storage, watch, new SentImages(context.offsetStorageReader()), labels);
        rate = new RateLimit(config.limits().imagesPerSecond(), clock);
        nextLookMs = clock.millis();
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        if (failure != null) {
            ConnectException thrown = failure;
            failure = null;
            throw thrown;
        }
        List<SourceRecord> records = new ArrayList<>();
        if (!intake.hasNext()) {
            long wait = nextLookMs - clock.millis();
            if (wait > 0) {
                pauseFor(Duration.ofMillis(wait));
                return null;
            }
            nextLookMs = clock.millis() + config.files().scanInterval().toMillis();
            try {
                records.addAll(intake.look());
            } catch (IOException e) {
                throw new RetriableException(
                        "Cannot list " + config.location() + ": " + e + ". Looking again in "
                                + config.files().scanInterval().toMillis() + " ms",
                        e);
            }
        }
        fill(records);
        return records.isEmpty() ? null : records;
    }

    private void fill(List<SourceRecord> records) throws InterruptedException {
        Limits limits = config.limits();
        long bytes = 0;
        while (intake.hasNext()
                && records.size() < limits.batchImages()
                && bytes < limits.batchBytes()
                && stopped.getCount() > 0) {
            Duration wait = rate.untilNext();
            if (!wait.isZero()) {
                if (records.isEmpty()) {
                    pauseFor(wait);
                }
                return;
            }
            Optional<SourceRecord> record;
            try {
                record = intake.next();
            } catch (ConnectException e) {
                failure = e;
                if (records.isEmpty()) {
                    pauseFor(LONGEST_PAUSE);
                }
                return;
            }
            if (record.isPresent()) {
                rate.take();
                records.add(record.get());
                bytes += (long) record.get().sourceOffset().get(SentImages.SIZE);
            }
        }
    }

    private void pauseFor(Duration wait) throws InterruptedException {
        pause.atMost(wait.compareTo(LONGEST_PAUSE) < 0 ? wait : LONGEST_PAUSE);
    }

    private void untilStopped(Duration duration) throws InterruptedException {
        var unused = stopped.await(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void stop() {
        stopped.countDown();
        if (storage != null) {
            storage.close();
        }
    }

    @Override
    public String version() {
        return PluginVersion.get();
    }
}
