package dev.semantica.store;

import dev.semantica.store.ObjectStoreException.Reason;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.util.Timeout;

/**
 * Reads objects by {@code http:} and {@code https:} URIs, from the very place that a URI names: redirects are not
 * followed, proxies, cookies and credentials are not used, and hosts at private addresses are refused unless that is
 * allowed. The address that is checked is the one that is connected to, so a name that resolves differently the next
 * moment gains nothing. Which hosts may be named at all is the caller's to decide.
 */
public final class HttpReader implements ObjectReader, AutoCloseable {

    private final CloseableHttpClient client;
    private final Duration requestTimeout;
    private final ScheduledThreadPoolExecutor deadlines;

    /**
     * Opens a reader.
     *
     * @param privateAddresses whether hosts may lie at addresses that are not public: loopback, link-local, private and
     *     other special ranges
     */
    public static HttpReader open(StoreConfig config, boolean privateAddresses) {
        return new HttpReader(config.connectTimeout(), config.requestTimeout(), new VettedAddresses(privateAddresses));
    }

    HttpReader(Duration connectTimeout, Duration requestTimeout, VettedAddresses addresses) {
        this.requestTimeout = requestTimeout;
        deadlines = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "http-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        deadlines.setRemoveOnCancelPolicy(true);
        Timeout socketTimeout = Timeout.of(requestTimeout);
        client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(addresses)
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(Timeout.of(connectTimeout))
                                .setSocketTimeout(socketTimeout)
                                .setTimeToLive(1, TimeUnit.MINUTES)
                                .build())
                        .setDefaultSocketConfig(SocketConfig.custom()
                                .setSoTimeout(socketTimeout)
                                .build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setRedirectsEnabled(false)
                        .setResponseTimeout(socketTimeout)
                        .build())
                .disableRedirectHandling()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableAutomaticRetries()
                .disableContentCompression()
                .setUserAgent("semantica")
                .build();
    }

    @Override
    public byte[] get(URI uri, long maxBytes, String sha256) throws ObjectStoreException {
        check(uri);
        long deadline = System.nanoTime() + requestTimeout.toNanos();
        HttpGet request = new HttpGet(uri);
        // The client's own timeouts begin anew with every byte of the headers.
        ScheduledFuture<?> end = deadlines.schedule(request::cancel, requestTimeout.toNanos(), TimeUnit.NANOSECONDS);
        try {
            byte[] bytes = client.execute(request, response -> {
                try {
                    return read(uri, response, maxBytes, deadline);
                } catch (IOException e) {
                    // Closing what is not read to its end would read on, for as long as the server likes.
                    request.cancel();
                    throw e;
                }
            });
            BoundedRead.checkDigest(uri, bytes, sha256);
            return bytes;
        } catch (VettedAddresses.RefusedException e) {
            throw new ObjectStoreException(Reason.INVALID, uri + ": " + e.getMessage(), e);
        } catch (ObjectStoreException e) {
            throw e;
        } catch (IOException e) {
            String why = System.nanoTime() - deadline >= 0
                    ? "no whole answer within the request timeout"
                    : e.getClass().getSimpleName() + ": " + e.getMessage();
            throw new ObjectStoreException(Reason.UNAVAILABLE, uri + ": the server does not answer: " + why, e);
        } finally {
            end.cancel(false);
        }
    }

    private static void check(URI uri) throws ObjectStoreException {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https"))
                || uri.getHost() == null
                || uri.getRawUserInfo() != null
                || uri.getFragment() != null) {
            throw new ObjectStoreException(
                    Reason.INVALID, uri + " names nothing that can be read: expected http(s)://HOST[:PORT]/PATH");
        }
    }

    private static byte[] read(URI uri, ClassicHttpResponse response, long maxBytes, long deadline) throws IOException {
        int status = response.getCode();
        if (status >= 300 && status < 400) {
            throw new ObjectStoreException(
                    Reason.INVALID,
                    uri + " points to another place, and redirects are not followed (HTTP " + status + ")");
        }
        if (status == 404 || status == 410) {
            throw new ObjectStoreException(Reason.NOT_FOUND, uri + " does not exist (HTTP " + status + ")");
        }
        if (status >= 500 || status == 408 || status == 429) {
            throw ObjectStoreException.unavailableAlone(uri + ": the server cannot answer now (HTTP " + status + ")");
        }
        HttpEntity entity = response.getEntity();
        if (status != 200 || entity == null) {
            throw new ObjectStoreException(Reason.DENIED, uri + ": the server refuses (HTTP " + status + ")");
        }
        BoundedRead.checkSize(uri, entity.getContentLength(), maxBytes);
        return BoundedRead.read(uri, new DeadlineInputStream(entity.getContent(), deadline), maxBytes);
    }

    @Override
    public void close() {
        deadlines.shutdownNow();
        try {
            client.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
