package dev.semantica.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/** Lets all stores of the process share one bounded piece of memory; by default each takes its own. */
public final class BoundedRocksDb implements RocksDBConfigSetter {

    static final String MEMORY = "semantica.rocksdb.memory.bytes";

    private static Cache cache;
    private static WriteBufferManager writeBuffers;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        long memory = Long.parseLong(String.valueOf(configs.get(MEMORY)));
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        synchronized (BoundedRocksDb.class) {
            if (cache == null) {
                // Memtables are charged to the cache: one bound for both.
                cache = new LRUCache(memory);
                writeBuffers = new WriteBufferManager(memory / 2, cache);
            }
            table.setBlockCache(cache);
            options.setWriteBufferManager(writeBuffers);
        }
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferSize(Math.max(1 << 20, memory / 8));
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        // Cache and write buffers belong to the process, not to one store.
    }
}
