package dev.semantica.sampler.worker;

import dev.semantica.sampler.claim.ClaimCheck;
import dev.semantica.sampler.source.SourceImages;
import dev.semantica.store.HttpReader;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStoreException;
import dev.semantica.store.ObjectStores;
import java.util.Locale;
import java.util.function.Consumer;

/** What a worker reads from and writes to beside its topics. */
final class WorkerStores implements AutoCloseable {

    private final ObjectStore store;
    private final HttpReader web;
    private final SourceImages sources;
    private final ClaimCheck claimCheck;

    private WorkerStores(ObjectStore store, HttpReader web, SourceImages sources, ClaimCheck claimCheck) {
        this.store = store;
        this.web = web;
        this.sources = sources;
        this.claimCheck = claimCheck;
    }

    /**
     * Opens them and makes sure that variations can be written.
     *
     * @param onOutage told of every outage of a store that begins
     * @throws IllegalArgumentException if a place that references may point to is none, or the store of variations cannot
     *     be written
     */
    static WorkerStores open(WorkerConfig config, Consumer<String> onOutage) {
        WorkerConfig.Stores stores = config.stores();
        ObjectStore store = ObjectStores.open(stores.access());
        HttpReader web = HttpReader.open(stores.access(), stores.privateAddresses());
        try {
            ObjectStore patient = ObjectStores.patient(store, stores.access(), onOutage);
            SourceImages sources = new SourceImages(
                    config.allowedReferences(),
                    config.limits().maxBytes(),
                    patient,
                    ObjectStores.patient(web, stores.access(), onOutage));
            ClaimCheck claimCheck = stores.variations() == null
                    ? ClaimCheck.none(config.maxMessageBytes())
                    : ClaimCheck.into(patient, stores.variations(), stores.inlineMaxBytes(), config.maxMessageBytes());
            claimCheck.checkWritable();
            return new WorkerStores(store, web, sources, claimCheck);
        } catch (ObjectStoreException e) {
            store.close();
            web.close();
            throw new IllegalArgumentException(
                    "variations.store " + stores.variations() + " cannot be written ("
                            + e.reason().name().toLowerCase(Locale.ROOT) + "): " + e.getMessage(),
                    e);
        } catch (RuntimeException e) {
            store.close();
            web.close();
            throw e;
        }
    }

    SourceImages sources() {
        return sources;
    }

    Results checkIn(Results results) {
        return new ClaimCheckedResults(claimCheck, results);
    }

    @Override
    public void close() {
        web.close();
        store.close();
    }
}
