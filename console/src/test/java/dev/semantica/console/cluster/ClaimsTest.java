package dev.semantica.console.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.console.config.ClaimCheckConfig;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.store.StoreConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimsTest {

    private static final byte[] LARGE = "larger than the limit".getBytes(UTF_8);

    @TempDir
    private Path directory;

    private Claims claims(boolean stores) {
        URI folder = stores ? URI.create("file://" + directory + "/images") : null;
        return new Claims(new ClaimCheckConfig(StoreConfig.from(Map.of()), folder, 10, folder));
    }

    @Test
    void whatIsCheckedInIsCheckedOut() throws IOException {
        try (Claims claims = claims(true)) {
            ImageReference reference = (ImageReference) claims.checkIn(LARGE, "a/B.PNG");

            assertThat(claims.checkOut(reference).getData()).isEqualTo(ByteBuffer.wrap(LARGE));
            assertThat(claims.checkIn(LARGE, "other.png")).isEqualTo(reference);
            assertThat(claims.checkIn(new byte[10], "a.png")).isInstanceOf(InlineImage.class);
        }
        try (Claims claims = claims(false)) {
            assertThat(claims.checkIn(LARGE, "a.png")).isInstanceOf(InlineImage.class);
        }
    }

    @Test
    void onlyWhatLiesInTheStoreIsCheckedOut() throws IOException {
        Path secret = Files.write(directory.resolve("secret"), LARGE);
        try (Claims claims = claims(true)) {
            String sha256 = ((ImageReference) claims.checkIn(LARGE, "a")).getSha256();
            for (String uri : new String[] {
                secret.toUri().toString(),
                "file://" + directory + "/images/../secret",
                "file://" + directory + "/images/%2e%2e/secret",
                "https://example.org/a",
                "not a URI"
            }) {
                ImageReference reference = ImageReference.newBuilder()
                        .setUri(uri)
                        .setSha256(sha256)
                        .build();
                assertThatThrownBy(() -> claims.checkOut(reference)).isInstanceOf(IOException.class);
            }
        }
    }
}
