package dev.semantica.streams;

import dev.semantica.schemas.BatchImage;
import dev.semantica.streams.state.ImageState;
import dev.semantica.streams.state.Ledger;
import dev.semantica.streams.state.Tally;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
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
    static final String REQUESTS = "requests";
    static final String LEDGER = "request-ledger";

    private Stores() {}

    /** The stores that intake and results share. */
    static List<StoreBuilder<?>> ofImages() {
        return List.of(
                cached(IMAGES, StateSerde.of(ImageState.class)),
                cached(PENDING, StateSerde.of(BatchImage.class)),
                cached(TIMERS, Serdes.String()),
                cached(TALLIES, StateSerde.of(Tally.class)));
    }

    static StoreBuilder<?> ofLedger() {
        return cached(LEDGER, StateSerde.of(Ledger.class));
    }

    static <V extends SpecificRecord> StoreBuilder<?> ofRequests(Serde<V> serde) {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentKeyValueStore(REQUESTS), Serdes.String(), serde)
                .withLoggingDisabled();
    }

    private static <V> StoreBuilder<?> cached(String name, Serde<V> serde) {
        return org.apache.kafka.streams.state.Stores.keyValueStoreBuilder(
                        org.apache.kafka.streams.state.Stores.persistentKeyValueStore(name), Serdes.String(), serde)
                .withCachingEnabled();
    }
}
