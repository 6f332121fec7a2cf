package dev.semantica.store;

import java.net.URI;
import java.util.Optional;

/** Waits while the store is out of reach. */
final class PatientObjectStore implements ObjectStore {

    private final ObjectStore store;
    private final Outages outages;

    PatientObjectStore(ObjectStore store, Outages outages) {
        this.store = store;
        this.outages = outages;
    }

    @Override
    public byte[] get(URI uri, long maxBytes, String sha256) throws ObjectStoreException {
        return outages.run(uri, () -> store.get(uri, maxBytes, sha256));
    }

    @Override
    public void put(URI uri, ObjectContent content) throws ObjectStoreException {
        outages.run(uri, () -> {
            store.put(uri, content);
            return uri;
        });
    }

    @Override
    public Optional<StoredObject> head(URI uri) throws ObjectStoreException {
        return outages.run(uri, () -> store.head(uri));
    }

    @Override
    public ObjectPage list(URI prefix, URI after, int limit) throws ObjectStoreException {
        return outages.run(prefix, () -> store.list(prefix, after, limit));
    }

    @Override
    public void delete(URI uri) throws ObjectStoreException {
        outages.run(uri, () -> {
            store.delete(uri);
            return uri;
        });
    }

    @Override
    public void close() {
        store.close();
    }
}
