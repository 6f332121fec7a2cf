package dev.semantica.streams;

import dev.semantica.schemas.BatchImage;
import dev.semantica.streams.state.ImageState;
import dev.semantica.streams.state.Ledger;
import dev.semantica.streams.state.Tally;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * The stores. All are persistent and have a changelog. Those of the images are cached: an image that is batched within
 * one commit is put and deleted in memory alone, so its bytes reach neither RocksDB nor the changelog.
 */
final class Stores {

    static final String IMAGES = "images";
    static final String PENDING = "pending-images";
    static final String TIMERS = "image-timers";
    static final String TALLIES = "request-tallies";
    static final String CANCELLED = "cancelled-requests";
    static final String LEDGER = "request-ledger";

    private Stores() {}

    /**
     * The stores that intake and results share. Only waiting images are cached, since most are gone before a commit. An
     * entry of a cache keeps the raw record that it was written for (KIP-1034), which its bound does not count: small
     * entries would hold every image event that made them.
     */
    static List<StoreBuilder<?>> ofImages() {
        return List.of(
                logged(IMAGES, StateSerde.of(ImageState.class)),
                logged(PENDING, StateSerde.of(BatchImage.class)).withCachingEnabled(),
                logged(TIMERS, Serdes.String()),
                logged(TALLIES, StateSerde.of(Tally.class)));
    }

    static StoreBuilder<?> ofLedger() {
        return logged(LEDGER, StateSerde.of(Ledger.class)).withCachingEnabled();
    }

    /** Every instance's view of the requests that were cancelled: the id, and nothing beside it. */
    static StoreBuilder<?> ofCancelled() {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentKeyValueStore(CANCELLED),
                        Serdes.String(),
                        Serdes.ByteArray())
                .withLoggingDisabled();
    }

    private static <V> StoreBuilder<KeyValueStore<String, V>> logged(String name, Serde<V> serde) {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name), Serdes.String(), serde);
    }
}
