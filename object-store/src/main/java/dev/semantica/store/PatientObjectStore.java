package dev.semantica.store;

import java.net.URI;
import java.util.Optional;

/** Waits while the store is out of reach. */
final class PatientObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final Backoff backoff;

    PatientObjectStore(ObjectStore store, Backoff backoff) {
        this.store = store;
        this.backoff = backoff;
    }

    @Override
    public byte[] get(URI uri, long maxBytes, String sha256) throws ObjectStoreException {
        return backoff.run(() -> store.get(uri, maxBytes, sha256));
    }

    @Override
    public void put(URI uri, ObjectContent content) throws ObjectStoreException {
        backoff.run(() -> {
            store.put(uri, content);
            return uri;
        });
    }

    @Override
    public Optional<StoredObject> head(URI uri) throws ObjectStoreException {
        return backoff.run(() -> store.head(uri));
    }

    @Override
    public ObjectPage list(URI prefix, URI after, int limit) throws ObjectStoreException {
        return backoff.run(() -> store.list(prefix, after, limit));
    }

    @Override
    public void delete(URI uri) throws ObjectStoreException {
        backoff.run(() -> {
            store.delete(uri);
            return uri;
        });
    }

    @Override
    public void close() {
        store.close();
    }
}
