package dev.semantica.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Programs of every kept version and of today read each other's records, whatever is in them. */
class SchemaEvolutionTest {

    private static final int RECORDS = 50;
    private static final long SEED = 7;

    @TestFactory
    Stream<DynamicTest> oldConsumersReadNewRecords() throws Exception {
        return onEveryVersion((kept, current) -> {
            for (GenericRecord written : records(current)) {
                GenericRecord read = new GenericDatumReader<GenericRecord>(current, kept)
                        .read(null, DecoderFactory.get().binaryDecoder(bytes(written), null));
                assertThat(read.getSchema()).isEqualTo(kept);
                assertAlike(written, read);
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> newConsumersReadOldRecords() throws Exception {
        return onEveryVersion((kept, current) -> {
            for (GenericRecord written : records(kept)) {
                SpecificRecord read = new SpecificDatumReader<SpecificRecord>(kept, current)
                        .read(null, DecoderFactory.get().binaryDecoder(bytes(written), null));
                assertThat(read.getSchema()).isEqualTo(current);
                assertAlike(written, read);
            }
        });
    }

    private interface Check {
        void run(Schema kept, Schema current) throws IOException;
    }

    private static Stream<DynamicTest> onEveryVersion(Check check) throws Exception {
        return SchemaCompatibilityTest.baselines().stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.getParent().getFileName() + "/" + file.getFileName(),
                        () -> check.run(
                                SchemaCompatibilityTest.kept(file), SchemaCompatibilityTest.current(keptName(file)))));
    }

    private static String keptName(Path file) throws IOException {
        return SchemaCompatibilityTest.kept(file).getFullName();
    }

    private static List<GenericRecord> records(Schema schema) {
        return StreamSupport.stream(new RandomData(schema, RECORDS, SEED, true).spliterator(), false)
                .map(GenericRecord.class::cast)
                .toList();
    }

    private static byte[] bytes(GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    /** The texts that both versions know are the same: every id is one. */
    private static void assertAlike(GenericRecord written, IndexedRecord read) {
        for (Schema.Field field : written.getSchema().getFields()) {
            Schema.Field same = read.getSchema().getField(field.name());
            if (same != null && field.schema().getType() == Schema.Type.STRING) {
                assertThat(read.get(same.pos()))
                        .hasToString(written.get(field.pos()).toString());
            }
        }
    }
}
