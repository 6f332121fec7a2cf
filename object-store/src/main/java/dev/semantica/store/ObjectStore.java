package dev.semantica.store;

import java.net.URI;
import java.util.Optional;

/**
 * A store of whole objects, each under a URI: {@code s3://bucket/key} or {@code file:///path}. In both, characters that
 * a URI does not allow are percent-encoded ({@link ObjectUris#child} does it), and a path must not hold empty,
 * {@code .} or {@code ..} segments.
 *
 * <p>An object is seen whole or not at all, and putting it again replaces it in one step, so a writer that repeats
 * itself does no harm. Every method tries a few times by itself, within the configured request timeout, before it
 * throws; a failure says whether trying later may help ({@link ObjectStoreException#retryable()}).
 *
 * <p>Safe for use by several threads.
 */
public interface ObjectStore extends ObjectReader, AutoCloseable {

    /**
     * Writes an object, in place of one that is there. On return it is durable.
     *
     * @throws ObjectStoreException also if the bytes that were read are not those that the content announced; nothing is
     *     written then
     */
    void put(URI uri, ObjectContent content) throws ObjectStoreException;

    /** Looks an object up; empty where there is none. */
    Optional<StoredObject> head(URI uri) throws ObjectStoreException;

    /**
     * Lists objects whose URIs begin with a prefix, at any depth, in the order of their names' UTF-8 bytes. The objects
     * of a page are a moment's view: what is written or deleted meanwhile may or may not show.
     *
     * @param prefix a URI; it ends with {@code /} to mean what lies below a folder. A prefix of which nothing exists has
     *     no objects. Symbolic links are not followed.
     * @param after where the listing goes on: objects after this URI, which need not exist; null: from the beginning
     * @param limit most objects of the page, 1 to {@value #MAX_PAGE}
     */
    ObjectPage list(URI prefix, URI after, int limit) throws ObjectStoreException;

    /** Deletes an object; nothing happens where there is none. */
    void delete(URI uri) throws ObjectStoreException;

    @Override
    void close();

    /** Most objects of one page. */
    int MAX_PAGE = 1000;
}
