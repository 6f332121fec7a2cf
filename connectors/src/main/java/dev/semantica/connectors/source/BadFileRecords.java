package dev.semantica.connectors.source;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Reports bad files as Connect reports bad records: Connect's own dead letter queue is for sinks, so the source writes
 * the same headers itself. The value is null, which every converter can write.
 *
 * @param connector name of the connector
 * @param task number of the task
 * @param topic where they are reported
 */
record BadFileRecords(String connector, int task, String topic) {

    private static final String PREFIX = "__connect.errors.";

    SourceRecord of(String name, Map<String, ?> partition, Map<String, ?> offset, Exception problem) {
        StringWriter stack = new StringWriter();
        problem.printStackTrace(new PrintWriter(stack));
        ConnectHeaders headers = new ConnectHeaders();
        headers.addString(PREFIX + "connector.name", connector)
                .addString(PREFIX + "task.id", Integer.toString(task))
                .addString(PREFIX + "stage", "TASK_POLL")
                .addString(PREFIX + "class.name", ImageSourceTask.class.getName())
                .addString(PREFIX + "exception.class.name", problem.getClass().getName())
                .addString(PREFIX + "exception.message", problem.getMessage())
                .addString(PREFIX + "exception.stacktrace", stack.toString());
        return new SourceRecord(partition, offset, topic, null, Schema.STRING_SCHEMA, name, null, null, null, headers);
    }
}
