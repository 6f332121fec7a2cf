package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Opens stores. */
public final class ObjectStores {

    private ObjectStores() {}

    /**
     * A store that serves {@code file:} and {@code s3:} URIs, whichever it is given. It connects to S3 when the first
     * such URI comes.
     */
    public static ObjectStore open(StoreConfig config) {
        return new ByScheme(() -> new S3ObjectStore(S3Clients.open(config), config.requestTimeout()));
    }

    /**
     * A store that waits while another one is out of reach, as long as the configuration's patience lasts. An outage
     * costs that patience once: after it, calls fail at the first attempt until the store answers again.
     */
    public static ObjectStore patient(ObjectStore store, StoreConfig config) {
        return patient(store, config, outage -> {});
    }

    /**
     * The same.
     *
     * @param onOutage told of every outage that begins: scheme and authority of the store
     */
    public static ObjectStore patient(ObjectStore store, StoreConfig config, Consumer<String> onOutage) {
        return new PatientObjectStore(store, new Outages(config.patience(), Outages.SYSTEM, onOutage));
    }

    /** A reader that waits likewise. */
    public static ObjectReader patient(ObjectReader reader, StoreConfig config, Consumer<String> onOutage) {
        Outages outages = new Outages(config.patience(), Outages.SYSTEM, onOutage);
        return (uri, maxBytes, sha256) -> outages.run(uri, () -> reader.get(uri, maxBytes, sha256));
    }

    private static final class ByScheme implements ObjectStore {
        private final ObjectStore files = new FileObjectStore();
        private final Supplier<ObjectStore> connecting;
        private ObjectStore s3;
        private boolean closed;

        ByScheme(Supplier<ObjectStore> connecting) {
            this.connecting = connecting;
        }

        private ObjectStore of(URI uri) throws ObjectStoreException {
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            return switch (scheme) {
                case "file" -> files;
                case "s3" -> s3();
                default ->
                    throw new ObjectStoreException(
                            Reason.INVALID, uri + ": expected a file: or s3: URI, found '" + scheme + ":'");
            };
        }

        private synchronized ObjectStore s3() {
            if (closed) {
                throw new IllegalStateException("The store is closed");
            }
            if (s3 == null) {
                s3 = connecting.get();
            }
            return s3;
        }

        @Override
        public byte[] get(URI uri, long maxBytes, String sha256) throws ObjectStoreException {
            return of(uri).get(uri, maxBytes, sha256);
        }

        @Override
        public void put(URI uri, ObjectContent content) throws ObjectStoreException {
            of(uri).put(uri, content);
        }

        @Override
        public Optional<StoredObject> head(URI uri) throws ObjectStoreException {
            return of(uri).head(uri);
        }

        @Override
        public ObjectPage list(URI prefix, URI after, int limit) throws ObjectStoreException {
            return of(prefix).list(prefix, after, limit);
        }

        @Override
        public void delete(URI uri) throws ObjectStoreException {
            of(uri).delete(uri);
        }

        @Override
        public synchronized void close() {
            closed = true;
            if (s3 != null) {
                s3.close();
            }
        }
    }
}
