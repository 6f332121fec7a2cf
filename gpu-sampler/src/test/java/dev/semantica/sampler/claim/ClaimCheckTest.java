package dev.semantica.sampler.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.semantica.schemas.FailureReason;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Provenance;
import dev.semantica.schemas.SampledVariation;
import dev.semantica.schemas.SamplerResult;
import dev.semantica.schemas.SamplingFailure;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.ObjectUris;
import dev.semantica.store.StoreConfig;
import dev.semantica.store.StoredObject;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimCheckTest {

    private static final int INLINE = 1000;
    private static final int RECORD = 1 << 20;

    @TempDir
    private Path directory;

    private final ObjectStore store = ObjectStores.open(StoreConfig.from(Map.of()));

    private URI folder() {
        return directory.resolve("variations").toUri();
    }

    private ClaimCheck claimCheck() {
        return ClaimCheck.into(store, folder(), INLINE, RECORD);
    }

    private List<URI> stored() throws IOException {
        return store.list(URI.create("file://" + directory + "/"), null, 100).objects().stream()
                .map(StoredObject::uri)
                .toList();
    }

    private static SamplerResult result(String requestId, String imageId, int index, byte[] bytes) {
        Provenance provenance = Provenance.newBuilder()
                .setSeed(1)
                .setIndex(index)
                .setBundle("b")
                .setBundleDigest("d")
                .setScheduler("ddim")
                .setSteps(2)
                .setGuidanceScale(1)
                .setSourceDigest("s")
                .setEngine("cpu")
                .build();
        return new SamplerResult(
                requestId,
                imageId,
                "batch",
                new SampledVariation(
                        index, new InlineImage(ByteBuffer.wrap(bytes), "image/png"), 8, 9, 0.5, provenance, 0.25));
    }

    private static byte[] bytes(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static ImageReference reference(SamplerResult result) {
        return (ImageReference) ((SampledVariation) result.getOutcome()).getImage();
    }

    @Test
    void whatIsSmallStaysInItsRecord() throws IOException {
        SamplerResult result = result("r", "i", 0, bytes(INLINE, 1));

        assertThat(claimCheck().apply(result)).isSameAs(result);
        SamplerResult failure = new SamplerResult("r", "i", "b", new SamplingFailure(0, FailureReason.CANCELLED, "no"));
        assertThat(claimCheck().apply(failure)).isSameAs(failure);
        assertThat(stored()).isEmpty();
    }

    @Test
    void whatIsLargeLeavesAReferenceToTheVeryBytes() throws IOException {
        byte[] bytes = bytes(INLINE + 1, 1);
        SamplerResult applied = claimCheck().apply(result("r", "i.png", 3, bytes));

        ImageReference reference = reference(applied);
        assertThat(reference.getSize()).isEqualTo(INLINE + 1);
        assertThat(reference.getMediaType()).isEqualTo("image/png");
        assertThat(reference.getUri()).startsWith("file:///").endsWith(".png").contains("i-png");
        assertThat(store.get(URI.create(reference.getUri()), RECORD, reference.getSha256()))
                .isEqualTo(bytes);
        assertThat(applied.getImageId()).isEqualTo("i.png");
        assertThat(((SampledVariation) applied.getOutcome()).getIndex()).isEqualTo(3);
        assertThat(((SampledVariation) applied.getOutcome()).getSimilarity()).isEqualTo(0.5);
        assertThat(((SampledVariation) applied.getOutcome()).getAgreement()).isEqualTo(0.25);
    }

    @Test
    void theSameVariationReplacesItselfAndAnotherNever() throws IOException {
        SamplerResult first = claimCheck().apply(result("r", "i", 0, bytes(2000, 1)));
        SamplerResult again = claimCheck().apply(result("r", "i", 0, bytes(2000, 1)));
        assertThat(again).isEqualTo(first);
        assertThat(stored()).hasSize(1);

        claimCheck().apply(result("r", "i", 0, bytes(2000, 2)));
        claimCheck().apply(result("r", "i", 1, bytes(2000, 1)));
        claimCheck().apply(result("r", "i2", 0, bytes(2000, 1)));
        claimCheck().apply(result("r2", "i", 0, bytes(2000, 1)));
        assertThat(stored()).hasSize(5);
    }

    @Test
    void hostileIdsStayBelowTheFolderAndApart() throws IOException {
        List<String> ids =
                List.of("../../etc/passwd", "..", "/", "a/b", "a-b", "a%2fb", "a\\b", "é", "e", "x".repeat(500), "%00");
        for (String id : ids) {
            SamplerResult applied = claimCheck().apply(result(id, id, 0, bytes(2000, 1)));
            URI uri = URI.create(reference(applied).getUri());
            assertThat(ObjectUris.below(URI.create("file://" + directory + "/variations"), uri))
                    .isTrue();
            assertThat(uri.toString()).matches("\\p{ASCII}+");
        }
        assertThat(stored()).hasSize(ids.size());
    }

    @Test
    void aStoreThatCannotBeWrittenFailsTheVariationAlone() throws IOException {
        Files.writeString(directory.resolve("variations"), "a file where the folder should be");

        SamplerResult applied = claimCheck().apply(result("r", "i", 7, bytes(2000, 1)));

        assertThat(applied.getOutcome()).isInstanceOfSatisfying(SamplingFailure.class, failure -> {
            assertThat(failure.getIndex()).isEqualTo(7);
            assertThat(failure.getReason()).isEqualTo(FailureReason.STORE_UNAVAILABLE);
            assertThat(failure.getMessage()).contains("could not be written");
        });
    }

    @Test
    void withoutAStoreWhatDoesNotFitFailsBeforeItIsProduced() {
        SamplerResult applied = ClaimCheck.none(RECORD).apply(result("r", "i", 0, bytes(RECORD, 1)));

        assertThat(applied.getOutcome())
                .isInstanceOfSatisfying(SamplingFailure.class, failure -> assertThat(failure.getReason())
                        .isEqualTo(FailureReason.IMAGE_TOO_LARGE));
    }

    @Test
    void limitsThatContradictEachOtherAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClaimCheck.into(store, folder(), RECORD, RECORD))
                .withMessageContaining("topics.max.message.bytes");
    }
}
