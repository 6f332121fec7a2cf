package dev.semantica.console.cluster;

import dev.semantica.console.config.ClaimCheckConfig;
import dev.semantica.schemas.ImageReference;
import dev.semantica.schemas.InlineImage;
import dev.semantica.store.ObjectContent;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStoreException;
import dev.semantica.store.ObjectStores;
import dev.semantica.store.ObjectUris;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.Locale;

/** Puts images that are too large for a record into a store, and takes them out again. */
public final class Claims implements AutoCloseable {

    /** Largest image that is taken out. */
    private static final long MAX_BYTES = 256L << 20;

    private final ClaimCheckConfig config;
    private final ObjectStore opened;
    private final ObjectStore store;

    /** Connects nothing before it is needed. */
    public Claims(ClaimCheckConfig config) {
        this.config = config;
        this.opened = ObjectStores.open(config.access());
        this.store = ObjectStores.patient(opened, config.access());
    }

    /** Whether a source image of this size may go into a store. */
    public boolean takes(long size) {
        return config.sources() != null && size > config.inlineMaxBytes();
    }

    /**
     * What stands in a record for a source image: its bytes, or a reference to where they were put. The same bytes
     * always go to the same place.
     *
     * @param fileName whose extension the object gets
     */
    public Object checkIn(byte[] bytes, String fileName) throws ObjectStoreException {
        if (!takes(bytes.length)) {
            return new InlineImage(ByteBuffer.wrap(bytes), null);
        }
        ObjectContent content = ObjectContent.of(bytes, null);
        String sha256 = content.sha256();
        URI uri = ObjectUris.child(config.sources(), sha256.substring(0, 2) + "/" + sha256 + extension(fileName));
        store.put(uri, content);
        return ImageReference.newBuilder()
                .setUri(uri.toString())
                .setSha256(sha256)
                .setSize((long) bytes.length)
                .build();
    }

    /**
     * The image of a variation.
     *
     * @throws IOException if its reference leads elsewhere than to the store of variations, or cannot be had
     */
    public InlineImage checkOut(Object image) throws IOException {
        return checkOut(image, config.variations(), "A variation", "variations.store");
    }

    /**
     * The image of a source.
     *
     * @throws IOException if its reference leads elsewhere than to the store of sources, or cannot be had
     */
    public InlineImage checkOutSource(Object image) throws IOException {
        return checkOut(image, config.sources(), "A source", "sources.store");
    }

    private InlineImage checkOut(Object image, URI folder, String what, String key) throws IOException {
        if (image instanceof InlineImage inline) {
            return inline;
        }
        ImageReference reference = (ImageReference) image;
        URI uri;
        try {
            uri = new URI(reference.getUri());
        } catch (URISyntaxException e) {
            throw new IOException(what + " came by a reference that is no URI: " + reference.getUri(), e);
        }
        if (folder == null || !ObjectUris.below(folder, uri)) {
            throw new IOException(what + " came by reference to " + uri + ", which is not below " + key + " (" + folder
                    + "); set " + key + ", and store.*, as the workers have them");
        }
        return new InlineImage(
                ByteBuffer.wrap(store.get(uri, MAX_BYTES, reference.getSha256())), reference.getMediaType());
    }

    private static String extension(String fileName) {
        int dot = fileName.lastIndexOf('.');
        String extension = dot < 0 ? "" : fileName.substring(dot).toLowerCase(Locale.ROOT);
        return extension.matches("\\.[a-z0-9]{1,5}") ? extension : "";
    }

    @Override
    public void close() {
        opened.close();
    }
}
