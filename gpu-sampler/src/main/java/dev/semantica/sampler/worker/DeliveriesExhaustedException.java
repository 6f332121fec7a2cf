package dev.semantica.sampler.worker;

/** No sampler finished a batch within the deliveries that it may have. */
final class DeliveriesExhaustedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeliveriesExhaustedException(String message) {
        super(message);
    }
}
