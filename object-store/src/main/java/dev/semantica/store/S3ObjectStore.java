package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Objects in S3 or a store that speaks its protocol. One put is one request, which S3 makes visible as a whole. */
final class S3ObjectStore implements ObjectStore {

    /** What S3 takes in one request. */
    private static final long MAX_PUT_BYTES = 5L << 30;

    private final S3Client client;

    /** The client's own timeouts end with an answer's headers. */
    private final Duration requestTimeout;

    S3ObjectStore(S3Client client, Duration requestTimeout) {
        this.client = client;
        this.requestTimeout = requestTimeout;
    }

    @Override
    public byte[] get(URI uri, long maxBytes, String sha256) throws ObjectStoreException {
        S3Address address = S3Address.ofObject(uri);
        long deadline = System.nanoTime() + requestTimeout.toNanos();
        try (ResponseInputStream<GetObjectResponse> in =
                client.getObject(request -> request.bucket(address.bucket()).key(address.key()))) {
            byte[] bytes;
            try {
                Long announced = in.response().contentLength();
                BoundedRead.checkSize(uri, announced == null ? 0 : announced, maxBytes);
                bytes = BoundedRead.read(uri, new DeadlineInputStream(in, deadline), maxBytes);
            } catch (IOException e) {
                // The rest need not be read.
                in.abort();
                throw e;
            }
            BoundedRead.checkDigest(uri, bytes, sha256);
            return bytes;
        } catch (SdkException | IOException e) {
            throw S3Failures.explain(e, uri);
        }
    }

    @Override
    public void put(URI uri, ObjectContent content) throws ObjectStoreException {
        S3Address address = S3Address.ofObject(uri);
        if (content.size() > MAX_PUT_BYTES) {
            throw new ObjectStoreException(
                    Reason.TOO_LARGE,
                    uri + " would have " + content.size() + " bytes, S3 takes " + MAX_PUT_BYTES + " at once");
        }
        try {
            client.putObject(
                    request -> request.bucket(address.bucket())
                            .key(address.key())
                            .contentType(content.mediaType())
                            .contentLength(content.size())
                            .checksumSHA256(Sha256.base64(content.sha256())),
                    RequestBody.fromContentProvider(() -> open(uri, content), content.size(), content.mediaType()));
        } catch (SdkException | UncheckedIOException e) {
            throw S3Failures.explain(e, uri);
        }
    }

    /** The client asks again for every attempt. */
    private static InputStream open(URI uri, ObjectContent content) {
        try {
            return content.open(uri);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Optional<StoredObject> head(URI uri) throws ObjectStoreException {
        S3Address address = S3Address.ofObject(uri);
        try {
            HeadObjectResponse found = client.headObject(
                    request -> request.bucket(address.bucket()).key(address.key()));
            return Optional.of(new StoredObject(uri, found.contentLength(), found.lastModified(), found.eTag()));
        } catch (SdkException e) {
            ObjectStoreException explained = S3Failures.explain(e, uri);
            if (explained.reason() == Reason.NOT_FOUND) {
                return Optional.empty();
            }
            throw explained;
        }
    }

    @Override
    public ObjectPage list(URI prefix, URI after, int limit) throws ObjectStoreException {
        S3Address address = S3Address.ofPrefix(prefix);
        String startAfter = after == null ? null : S3Address.ofPrefix(after).key();
        if (limit < 1 || limit > MAX_PAGE) {
            throw new IllegalArgumentException("limit: expected 1 to " + MAX_PAGE + ", found " + limit);
        }
        try {
            List<StoredObject> found = new ArrayList<>();
            String from = startAfter;
            boolean more = true;
            // Keys that no URI here can name, like the markers of folders, may fill whole pages.
            while (found.isEmpty() && more) {
                ListObjectsV2Response page = page(address, from, limit);
                for (S3Object object : page.contents()) {
                    if (ObjectUris.wellFormed(object.key())) {
                        found.add(describe(address.bucket(), object));
                    }
                    from = object.key();
                }
                more = Boolean.TRUE.equals(page.isTruncated()) && page.hasContents();
            }
            return new ObjectPage(found, more);
        } catch (SdkException e) {
            throw S3Failures.explain(e, prefix);
        }
    }

    private ListObjectsV2Response page(S3Address prefix, String startAfter, int limit) {
        return client.listObjectsV2(request -> request.bucket(prefix.bucket())
                .prefix(prefix.key())
                .startAfter(startAfter)
                .maxKeys(limit));
    }

    private static StoredObject describe(String bucket, S3Object object) {
        return new StoredObject(
                new S3Address(bucket, object.key()).uri(), object.size(), object.lastModified(), object.eTag());
    }

    @Override
    public void delete(URI uri) throws ObjectStoreException {
        S3Address address = S3Address.ofObject(uri);
        try {
            client.deleteObject(request -> request.bucket(address.bucket()).key(address.key()));
        } catch (SdkException e) {
            ObjectStoreException explained = S3Failures.explain(e, uri);
            if (explained.reason() != Reason.NOT_FOUND) {
                throw explained;
            }
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
