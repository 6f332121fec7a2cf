package dev.semantica.sampler.image;

import java.io.ByteArrayOutputStream;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Unpacks zlib streams of unknown origin. */
final class Inflation {

    private Inflation() {}

    /** The unpacked bytes; empty when the stream is broken, cut off or unpacks to more than {@code most} bytes. */
    static Optional<byte[]> bounded(byte[] packed, int from, int length, int most) {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed, from, length);
            ByteArrayOutputStream unpacked = new ByteArrayOutputStream();
            byte[] part = new byte[8192];
            while (!inflater.finished()) {
                int count = inflater.inflate(part);
                boolean stuck = count == 0 && !inflater.finished();
                if (stuck || unpacked.size() + count > most) {
                    return Optional.empty();
                }
                unpacked.write(part, 0, count);
            }
            return Optional.of(unpacked.toByteArray());
        } catch (DataFormatException broken) {
            return Optional.empty();
        } finally {
            inflater.end();
        }
    }
}
