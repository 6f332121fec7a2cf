package dev.semantica.evaluation.factor;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * What fitting leaves, and its file: eight letters, the length of the header and the header as JSON, all parameters as
 * floats, and the SHA-256 of what stands before it; big-endian.
 *
 * @param header what the parameters mean
 * @param parameters a row for each category or quantity
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ProbeWeights(Header header, float[][] parameters) {

    private static final byte[] MAGIC = "SEMPROB2".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_HEADS = 512;
    private static final int MOST_ROWS = 4096;
    private static final int MOST_COLUMNS = 8193;
    private static final int DIGEST = 32;
    private static final ObjectMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(8)
                            .maxStringLength(4096)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    /**
     * What the parameters mean.
     *
     * @param identity of the data
     * @param encoder digest of the encoder
     * @param encoderName what the encoder is called
     * @param plan of the fit
     * @param columns of a row of parameters: one for each feature, and what is added
     * @param heads in the order of the rows
     * @param readings by factor
     */
    record Header(
            @JsonProperty("identity") String identity,
            @JsonProperty("encoder") String encoder,
            @JsonProperty("encoderName") String encoderName,
            @JsonProperty("plan") ProbePlan plan,
            @JsonProperty("columns") int columns,
            @JsonProperty("heads") List<Head> heads,
            @JsonProperty("readings") Map<String, Reading> readings) {

        Header {
            heads = List.copyOf(heads);
            readings = Collections.unmodifiableMap(new TreeMap<>(readings));
            if (heads.isEmpty()
                    || heads.size() > MOST_HEADS
                    || columns < 2
                    || columns > MOST_COLUMNS
                    || heads.stream().mapToInt(Head::width).sum() > MOST_ROWS) {
                throw new IllegalArgumentException("there must be 1 to " + MOST_HEADS
                        + " factors with together at most " + MOST_ROWS + " categories and quantities, of 1 to "
                        + (MOST_COLUMNS - 1) + " features");
            }
        }

        int rows() {
            return heads.stream().mapToInt(Head::width).sum();
        }
    }

    /** What every row of parameters gives for an image. */
    static double[] outputs(float[][] parameters, float[] features) {
        if (parameters[0].length != features.length + 1) {
            throw new IllegalArgumentException(
                    "Probes of " + (parameters[0].length - 1) + " features were given " + features.length);
        }
        double[] outputs = new double[parameters.length];
        for (int o = 0; o < outputs.length; o++) {
            double sum = parameters[o][features.length];
            for (int j = 0; j < features.length; j++) {
                sum += (double) parameters[o][j] * features[j];
            }
            outputs[o] = sum;
        }
        return outputs;
    }

    /** Twelve hexadecimal digits that stand for data, plan and encoder. */
    static String key(String identity, ProbePlan plan, String encoder) {
        byte[] text = (identity + "\n" + plan + "\n" + encoder).getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(digest(ByteBuffer.wrap(text))).substring(0, 12);
    }

    void write(Path file) throws IOException {
        byte[] json = MAPPER.writeValueAsBytes(header);
        int floats = Arrays.stream(parameters).mapToInt(row -> row.length).sum();
        ByteBuffer bytes = ByteBuffer.allocate(MAGIC.length + Integer.BYTES + json.length + 4 * floats + DIGEST);
        bytes.put(MAGIC).putInt(json.length).put(json);
        for (float[] row : parameters) {
            for (float value : row) {
                bytes.putFloat(value);
            }
        }
        bytes.put(digest(bytes.duplicate().flip()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        Files.write(unfinished, bytes.array());
        Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    static ProbeWeights read(Path file, String encoder) throws IOException {
        ByteBuffer bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = ByteBuffer.wrap(in.readNBytes(MOST_BYTES + 1));
        }
        int whole = bytes.limit() - DIGEST;
        if (bytes.limit() > MOST_BYTES
                || whole < MAGIC.length + Integer.BYTES
                || !ByteBuffer.wrap(MAGIC).equals(bytes.slice(0, MAGIC.length))) {
            throw unusable(file, "it is no file of factor probes", null);
        }
        if (!ByteBuffer.wrap(digest(bytes.slice(0, whole))).equals(bytes.slice(whole, DIGEST))) {
            throw unusable(file, "its digest does not fit its content", null);
        }
        int length = bytes.position(MAGIC.length).getInt();
        if (length < 0 || length > whole - bytes.position()) {
            throw unusable(file, "its header's length does not fit", null);
        }
        byte[] json = new byte[length];
        bytes.get(json);
        Header header;
        try {
            header = MAPPER.readValue(json, Header.class);
        } catch (IOException e) {
            throw unusable(file, "its header cannot be read", e);
        }
        if (!header.encoder().equals(encoder)) {
            throw unusable(file, "it was fitted to features of another encoder (" + header.encoderName() + ")", null);
        }
        long expected = (long) header.rows() * header.columns();
        if (whole - bytes.position() != Float.BYTES * expected) {
            throw unusable(
                    file,
                    "it holds " + (whole - bytes.position()) / Float.BYTES + " parameters, but " + expected
                            + " are expected",
                    null);
        }
        float[][] parameters = new float[header.rows()][header.columns()];
        for (float[] row : parameters) {
            for (int i = 0; i < row.length; i++) {
                row[i] = bytes.getFloat();
                if (!Float.isFinite(row[i])) {
                    throw unusable(file, "a parameter is no finite number", null);
                }
            }
        }
        return new ProbeWeights(header, parameters);
    }

    private static ProbeFileException unusable(Path file, String why, IOException cause) {
        return new ProbeFileException(
                file + " cannot be used: " + why + "; delete it, and it will be made again", cause);
    }

    private static byte[] digest(ByteBuffer bytes) {
        return DigestUtils.updateDigest(DigestUtils.getSha256Digest(), bytes).digest();
    }
}
