package dev.semantica.console.store;

import dev.semantica.store.ObjectPage;
import dev.semantica.store.ObjectStore;
import dev.semantica.store.ObjectStoreException;
import dev.semantica.store.StoredObject;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Finds the objects that no record references and that are older than what may still be on its way, and deletes them. */
final class StoreCleaning {

    private final ObjectStore store;
    private final Instant youngest;

    /** @param youngest objects that were written after this moment stay */
    StoreCleaning(ObjectStore store, Instant youngest) {
        this.store = store;
        this.youngest = youngest;
    }

    /**
     * What lies in a folder.
     *
     * @param objects all that is there
     * @param bytes their size
     * @param referenced objects that records reference
     * @param young objects that nothing references and that are too young to tell
     * @param orphans the others
     */
    record Findings(long objects, long bytes, long referenced, long young, List<StoredObject> orphans) {
        long orphanBytes() {
            return orphans.stream().mapToLong(StoredObject::size).sum();
        }
    }

    /**
     * Lists a folder, and then asks for the references: in this order, for a reference that comes later is to an object
     * that is young or was listed too.
     *
     * @param references URIs that records hold
     */
    Findings find(URI folder, Supplier<Set<String>> references) throws ObjectStoreException {
        List<StoredObject> old = new ArrayList<>();
        List<StoredObject> recent = new ArrayList<>();
        URI below = URI.create(folder.toString().endsWith("/") ? folder.toString() : folder + "/");
        URI after = null;
        long bytes = 0;
        ObjectPage page;
        do {
            page = store.list(below, after, ObjectStore.MAX_PAGE);
            for (StoredObject object : page.objects()) {
                bytes += object.size();
                after = object.uri();
                (object.lastModified().isAfter(youngest) ? recent : old).add(object);
            }
        } while (page.more());
        Set<String> referenced = new HashSet<>();
        for (String reference : references.get()) {
            try {
                referenced.add(place(new URI(reference)));
            } catch (URISyntaxException e) {
                // Names nothing.
            }
        }
        List<StoredObject> orphans = old.stream()
                .filter(object -> !referenced.contains(place(object.uri())) && !isProbe(object))
                .toList();
        long young = recent.stream()
                .filter(object -> !referenced.contains(place(object.uri())))
                .count();
        long all = (long) old.size() + recent.size();
        return new Findings(all, bytes, all - young - orphans.size(), young, orphans);
    }

    /**
     * Deletes an orphan, unless it was written again meanwhile.
     *
     * @return whether it is gone now
     */
    boolean delete(StoredObject orphan) throws ObjectStoreException {
        Optional<StoredObject> now = store.head(orphan.uri());
        if (now.isPresent() && now.get().lastModified().isAfter(youngest)) {
            return false;
        }
        store.delete(orphan.uri());
        return true;
    }

    /** What a URI names: producers need not encode as we do ({@code %28} is a bracket, and {@code %c3} is {@code %C3}). */
    private static String place(URI uri) {
        return (uri.getScheme() + "://" + Objects.requireNonNullElse(uri.getAuthority(), "")).toLowerCase(Locale.ROOT)
                + uri.getPath();
    }

    /** What workers write at their start to see whether they can. */
    private static boolean isProbe(StoredObject object) {
        return object.uri().getPath().endsWith("/.writable");
    }
}
