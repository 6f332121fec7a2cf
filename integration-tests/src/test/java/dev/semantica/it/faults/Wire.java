package dev.semantica.it.faults;

import dev.semantica.it.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that leads to another, and can be cut: then bytes go nowhere, connections stay open and new ones are accepted, as
 * where a network loses packets. Mended, it closes what was open.
 */
final class Wire implements AutoCloseable {

    private final ServerSocket entry;
    private final int exit;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private boolean cut;

    Wire(int exit) throws IOException {
        this.exit = exit;
        this.entry = new ServerSocket(FreePorts.next(), 50, InetAddress.getLoopbackAddress());
        daemon("wire-" + entry.getLocalPort(), this::accept);
    }

    int port() {
        return entry.getLocalPort();
    }

    synchronized void cut() {
        cut = true;
    }

    synchronized void mend() {
        cut = false;
        notifyAll();
        open.forEach(Wire::closeQuietly);
    }

    private synchronized void awaitWhole() throws InterruptedException {
        while (cut) {
            wait();
        }
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                Socket from = entry.accept();
                open.add(from);
                daemon("wire-in", () -> connect(from));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void connect(Socket from) {
        Socket to = new Socket();
        open.add(to);
        try {
            awaitWhole();
            to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), exit), 2000);
            daemon("wire-out", () -> pump(to, from));
            pump(from, to);
        } catch (IOException | InterruptedException e) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private void pump(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[1 << 16];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                awaitWhole();
                out.write(buffer, 0, count);
            }
        } catch (IOException | InterruptedException e) {
            // The connection ends on both sides, which is all that there is to say.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private static void daemon(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing is lost that a cut wire would have kept.
        }
    }

    @Override
    public void close() throws IOException {
        entry.close();
        mend();
    }
}
