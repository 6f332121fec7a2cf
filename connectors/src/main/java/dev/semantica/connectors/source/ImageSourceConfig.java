package dev.semantica.connectors.source;

import dev.semantica.connectors.config.Choices;
import dev.semantica.schemas.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What an image source does.
 *
 * @param settings the connector's settings as they came
 * @param connector the connector's name
 * @param location where the images are
 * @param topic where image events go
 * @param files which files are images, and when they are taken
 * @param labels where labels come from
 * @param limits how large and how fast
 * @param request which request the images belong to
 * @param sampling what is wanted of them
 * @param badFiles what becomes of a file that is no image
 * @param share which of the files a task takes
 */
record ImageSourceConfig(
        Map<String, String> settings,
        String connector,
        String location,
        String topic,
        Files files,
        LabelSource labels,
        Limits limits,
        Request request,
        Sampling sampling,
        BadFiles badFiles,
        Share share) {

    static final String TASK_INDEX = "task.index";
    static final String TASK_COUNT = "task.count";

    /**
     * Which files are taken, and when.
     *
     * @param extensions endings of images, in lower case and without a dot
     * @param settle a file must look the same for this long
     * @param scanInterval time from one look at the location to the next
     */
    record Files(List<String> extensions, Duration settle, Duration scanInterval) {}

    /** Where a label comes from. */
    enum LabelFrom {
        FOLDER,
        MANIFEST,
        NONE
    }

    /**
     * Where labels come from.
     *
     * @param from the kind of place
     * @param manifest file name of the manifests
     * @param field the manifests' field that holds the label
     */
    record LabelSource(LabelFrom from, String manifest, String field) {}

    /**
     * How large and how fast.
     *
     * @param inlineBytes larger files go by reference
     * @param imageBytes larger files are bad files
     * @param batchImages images that a poll returns
     * @param batchBytes a poll returns before its images take more than this and one image
     * @param imagesPerSecond for this task; 0 means no limit
     */
    record Limits(int inlineBytes, int imageBytes, int batchImages, long batchBytes, double imagesPerSecond) {}

    /** What makes up one request. */
    enum RequestScope {
        CONNECTOR,
        FOLDER
    }

    /** How an image is named. */
    enum ImageId {
        PATH_DIGEST,
        PATH
    }

    /**
     * Which request the images belong to.
     *
     * @param id the request, or the beginning of the requests' ids
     * @param scope what makes up one request
     * @param images how many images it holds; null if not known
     * @param imageId how its images are named
     */
    record Request(String id, RequestScope scope, Integer images, ImageId imageId) {}

    /** What is wanted of an image; null is left to the bundle. */
    record Sampling(
            int count,
            Long seed,
            Double guidanceScale,
            Integer steps,
            String scheduler,
            String bundle,
            Priority priority) {}

    /**
     * What becomes of a file that is no image.
     *
     * @param tolerated whether the task goes on
     * @param topic where it is reported; empty for the log only
     */
    record BadFiles(boolean tolerated, String topic) {}

    /**
     * Which part of the files a task takes.
     *
     * @param index this task, from 0
     * @param count all tasks
     */
    record Share(int index, int count) {
        /**
         * Whether a file is this task's. All files of one content have one size and hence one task, which alone can
         * know that a file was renamed or copied.
         */
        boolean holds(long size) {
            return Math.floorMod(Long.hashCode(size * 0x9E3779B97F4A7C15L), count) == index;
        }
    }

    /**
     * Reads the settings.
     *
     * @throws org.apache.kafka.common.config.ConfigException if one is not of its type or out of range
     */
    static ImageSourceConfig from(Map<String, String> settings) {
        Map<String, Object> values = ImageSourceKeys.CONFIG.parse(settings);
        String connector = settings.getOrDefault("name", "image-source");
        String requestId = (String) values.get(ImageSourceKeys.REQUEST_ID);
        int tasks = Integer.parseInt(settings.getOrDefault(TASK_COUNT, "1"));
        return new ImageSourceConfig(
                Map.copyOf(settings),
                connector,
                (String) values.get(ImageSourceKeys.LOCATION),
                (String) values.get(ImageSourceKeys.TOPIC),
                files(values),
                new LabelSource(
                        Choices.constant(LabelFrom.class, values.get(ImageSourceKeys.LABEL_FROM)),
                        (String) values.get(ImageSourceKeys.MANIFEST_NAME),
                        (String) values.get(ImageSourceKeys.MANIFEST_LABEL)),
                new Limits(
                        (Integer) values.get(ImageSourceKeys.INLINE_BYTES),
                        (Integer) values.get(ImageSourceKeys.IMAGE_BYTES),
                        (Integer) values.get(ImageSourceKeys.BATCH_IMAGES),
                        (Long) values.get(ImageSourceKeys.BATCH_BYTES),
                        (Double) values.get(ImageSourceKeys.RATE) / tasks),
                new Request(
                        requestId.isEmpty() ? connector : requestId,
                        Choices.constant(RequestScope.class, values.get(ImageSourceKeys.REQUEST_SCOPE)),
                        (Integer) values.get(ImageSourceKeys.REQUEST_IMAGES),
                        Choices.constant(ImageId.class, values.get(ImageSourceKeys.IMAGE_ID))),
                sampling(values),
                new BadFiles("all".equals(settings.get("errors.tolerance")), (String)
                        values.get(ImageSourceKeys.DEAD_LETTERS)),
                new Share(Integer.parseInt(settings.getOrDefault(TASK_INDEX, "0")), tasks));
    }

    private static Files files(Map<String, Object> values) {
        return new Files(
                ((List<?>) values.get(ImageSourceKeys.EXTENSIONS))
                        .stream().map(Object::toString).toList(),
                Duration.ofMillis((Long) values.get(ImageSourceKeys.SETTLE)),
                Duration.ofMillis((Long) values.get(ImageSourceKeys.SCAN_INTERVAL)));
    }

    private static Sampling sampling(Map<String, Object> values) {
        return new Sampling(
                (Integer) values.get(ImageSourceKeys.COUNT),
                (Long) values.get(ImageSourceKeys.SEED),
                (Double) values.get(ImageSourceKeys.GUIDANCE),
                (Integer) values.get(ImageSourceKeys.STEPS),
                (String) values.get(ImageSourceKeys.SCHEDULER),
                (String) values.get(ImageSourceKeys.BUNDLE),
                Choices.constant(Priority.class, values.get(ImageSourceKeys.PRIORITY)));
    }
}
