package dev.semantica.broker;

import java.util.function.Consumer;
import kafka.server.FaultHandlerFactory;
import org.apache.kafka.server.fault.FaultHandler;
import org.apache.kafka.server.fault.FaultHandlerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs and reports faults, where Kafka's own factory halts the JVM for the fatal ones. */
final class ReportingFaultHandlerFactory implements FaultHandlerFactory {
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);

    private final Consumer<BrokerFault> listener;

    ReportingFaultHandlerFactory(Consumer<BrokerFault> listener) {
        this.listener = listener;
    }

    @Override
    public FaultHandler build(String name, boolean fatal, Runnable action) {
        return (message, cause) -> {
            LOG.error("{}fault in the embedded broker's {}: {}", fatal ? "Fatal " : "A ", name, message, cause);
            run(action);
            run(() -> listener.accept(new BrokerFault(name, fatal, message, cause)));
            return cause instanceof FaultHandlerException already
                    ? already
                    : new FaultHandlerException(name + ": " + message, cause);
        };
    }

    /** Kafka calls fault handlers on its own threads, which must go on whatever an action or a listener throws. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.error("The handling of a fault in the embedded broker failed itself", e);
        }
    }
}
