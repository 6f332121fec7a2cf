package dev.semantica.connectors.source;

import dev.semantica.connectors.contract.Contract;
import dev.semantica.connectors.source.ImageEvents.BadFileException;
import dev.semantica.connectors.storage.Storage;
import dev.semantica.connectors.storage.StoredFile;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.store.ObjectStoreException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns the files that a watch finds into records: each image once, each bad file once. */
final class FileIntake {

    private static final Logger LOG = LoggerFactory.getLogger(FileIntake.class);
    private static final Contract<ImageEvent> CONTRACT = Contract.of(ImageEvent.class);
    private static final int PROBLEMS_SHOWN = 5;

    private final ImageSourceConfig config;
    private final Storage storage;
    private final Watch watch;
    private final SentImages sent;
    private final Labels labels;
    private final ImageEvents events;
    private final Map<String, String> digests = new HashMap<>();
    private final Queue<StoredFile> found = new ArrayDeque<>();

    FileIntake(ImageSourceConfig config, Storage storage, Watch watch, SentImages sent, Labels labels) {
        this.config = config;
        this.storage = storage;
        this.watch = watch;
        this.sent = sent;
        this.labels = labels;
        this.events = new ImageEvents(
                config.request(), config.sampling(), config.limits().inlineBytes());
    }

    /** Looks at the location and returns reports of bad manifests. */
    List<SourceRecord> look() throws IOException {
        List<StoredFile> files = watch.look();
        List<SourceRecord> reports = files.stream()
                .filter(file -> labels.isManifest(file.name()))
                .map(this::manifest)
                .flatMap(Optional::stream)
                .toList();
        files.stream().filter(file -> !labels.isManifest(file.name())).forEach(found::add);
        digests.keySet().removeIf(name -> !watch.exists(name));
        return reports;
    }

    /** Whether files that were found wait for {@link #next()}. */
    boolean hasNext() {
        return !found.isEmpty();
    }

    /** Reads the next file: its image event or the report of a bad file; empty if there is nothing to send. */
    Optional<SourceRecord> next() {
        StoredFile file = found.remove();
        Optional<Label> label = labels.of(file.name());
        if (label.isEmpty()) {
            return Optional.empty();
        }
        if (file.size() > config.limits().imageBytes()) {
            return report(
                    file,
                    SentImages.partition(file.name()),
                    new BadFileException("it has " + file.size() + " bytes, at most "
                            + config.limits().imageBytes() + " are allowed (" + ImageSourceKeys.IMAGE_BYTES + ")"));
        }
        byte[] bytes;
        try {
            storage.uri(file.name());
        } catch (IllegalArgumentException e) {
            return report(file, SentImages.partition(file.name()), e);
        }
        try {
            Optional<byte[]> read = storage.read(file.name(), config.limits().imageBytes());
            if (read.isEmpty()) {
                return Optional.empty();
            }
            bytes = read.get();
        } catch (ObjectStoreException e) {
            return unreadable(file, e);
        }
        return image(file, bytes, label.get());
    }

    private Optional<SourceRecord> image(StoredFile file, byte[] bytes, Label label) {
        String sha256 = DigestUtils.sha256Hex(bytes);
        digests.put(file.name(), sha256);
        int copy = sent.copyToSend(sha256, file.name(), other -> holds(other, sha256));
        if (copy < 0) {
            watch.take(file);
            return Optional.empty();
        }
        Map<String, String> partition = SentImages.partition(sha256, copy);
        try {
            ImageEvent event = events.of(file.name(), bytes, sha256, storage.uri(file.name()), label);
            watch.take(file);
            return Optional.of(new SourceRecord(
                    partition,
                    SentImages.offset(file.name(), bytes.length),
                    config.topic(),
                    null,
                    Schema.STRING_SCHEMA,
                    event.getImageId(),
                    CONTRACT.schema(),
                    CONTRACT.toConnect(event)));
        } catch (BadFileException e) {
            return report(file, partition, e);
        }
    }

    private boolean holds(String name, String sha256) {
        if (!watch.exists(name)) {
            return false;
        }
        return digests.computeIfAbsent(name, this::read).equals(sha256);
    }

    private String read(String name) {
        try {
            return storage.read(name, config.limits().imageBytes())
                    .map(DigestUtils::sha256Hex)
                    .orElse("");
        } catch (ObjectStoreException e) {
            throw new RetriableException(
                    "Cannot tell whether " + name + " was renamed or copied: " + e.getMessage(), e);
        }
    }

    private Optional<SourceRecord> manifest(StoredFile file) {
        try {
            Optional<byte[]> content = storage.read(file.name(), config.limits().imageBytes());
            List<String> problems =
                    content.map(bytes -> labels.read(file.name(), bytes)).orElse(List.of());
            watch.take(file);
            // Every task reads the manifests; one reports them.
            if (problems.isEmpty() || config.share().index() > 0) {
                return Optional.empty();
            }
            return report(
                    file,
                    SentImages.partition(file.name()),
                    new BadFileException(problems.size() + " bad lines, the first: "
                            + String.join("; ", problems.subList(0, Math.min(PROBLEMS_SHOWN, problems.size())))));
        } catch (ObjectStoreException e) {
            return unreadable(file, e);
        }
    }

    /** A place that does not answer is tried again; a file that cannot be read is a bad file. */
    private Optional<SourceRecord> unreadable(StoredFile file, ObjectStoreException e) {
        if (e.retryable()) {
            throw new RetriableException("Cannot read " + storage.uri(file.name()) + ": " + e.getMessage(), e);
        }
        return report(file, SentImages.partition(file.name()), e);
    }

    /** A bad file stops the task or costs only itself, as errors.tolerance says. */
    private Optional<SourceRecord> report(StoredFile file, Map<String, String> partition, Exception problem) {
        if (!config.badFiles().tolerated()) {
            throw new ConnectException(
                    "Bad file " + file.name() + " in " + storage.location() + ": " + problem.getMessage()
                            + ". Repair or remove it and restart the task, or set errors.tolerance=all",
                    problem);
        }
        watch.take(file);
        LOG.warn("Bad file {} in {}: {}", file.name(), storage.location(), problem.getMessage());
        if (config.badFiles().topic().isEmpty()) {
            return Optional.empty();
        }
        BadFileRecords records = new BadFileRecords(
                config.connector(), config.share().index(), config.badFiles().topic());
        return Optional.of(records.of(file.name(), partition, SentImages.offset(file.name(), file.size()), problem));
    }
}
