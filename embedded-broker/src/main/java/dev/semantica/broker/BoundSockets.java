package dev.semantica.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.network.Selectable;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Sockets that are bound before the node starts, and handed to it when it opens its listeners. The ports are known,
 * and held, from the first moment, so no other process can take one in between.
 */
final class BoundSockets implements ServerSocketFactory, AutoCloseable {
    private static final int BACKLOG = 50;

    private final Map<String, ServerSocketChannel> waiting = new HashMap<>();
    private final Map<String, Integer> ports = new HashMap<>();

    /**
     * Binds one more listener on 127.0.0.1.
     *
     * @param port 0 for any free one
     * @throws IOException when the port is taken or may not be used
     */
    synchronized void bind(String listener, int port) throws IOException {
        var channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(loopback(), port), BACKLOG);
            ports.put(listener, channel.socket().getLocalPort());
            waiting.put(listener, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress("127.0.0.1", new byte[] {127, 0, 0, 1});
    }

    /** The ports that were bound, by listener. */
    synchronized Map<String, Integer> ports() {
        return Map.copyOf(ports);
    }

    @Override
    public synchronized ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBuffer) throws IOException {
        var channel = waiting.remove(listener);
        if (channel == null) {
            throw new KafkaException("No socket was bound for listener " + listener + ", or it was taken before");
        }
        if (receiveBuffer != Selectable.USE_DEFAULT_BUFFER_SIZE) {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBuffer);
        }
        return channel;
    }

    /** Closes the sockets that no listener took; those taken belong to the node. */
    @Override
    public synchronized void close() throws IOException {
        for (var channel : waiting.values()) {
            channel.close();
        }
        waiting.clear();
    }
}
