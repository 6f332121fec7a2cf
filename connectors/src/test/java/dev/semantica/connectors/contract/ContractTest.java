package dev.semantica.connectors.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.semantica.connectors.Records;
import dev.semantica.schemas.ImageEvent;
import dev.semantica.schemas.InlineImage;
import dev.semantica.schemas.Priority;
import dev.semantica.schemas.SamplingOptions;
import dev.semantica.schemas.Topics;
import dev.semantica.schemas.Variation;
import java.nio.ByteBuffer;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class ContractTest {

    private static final Contract<ImageEvent> EVENT = Contract.of(ImageEvent.class);
    private static final Contract<Variation> VARIATION = Contract.of(Variation.class);

    @Test
    void everyTopicsRecordHasAContract() {
        Topics.VALUE_TYPES.values().forEach(type -> assertThat(Contract.named(type.getName()))
                .as(type.getName())
                .isPresent());
    }

    @Test
    void recordsComeBackAsTheyWent() {
        for (ImageEvent event : new ImageEvent[] {
            Records.event(Records.inline("x")), Records.event(Records.reference("s3://b/k", Records.DIGEST))
        }) {
            Struct struct = EVENT.toConnect(event);
            ConnectSchema.validateValue(EVENT.schema(), struct);
            assertThat(EVENT.fromConnect(struct)).isEqualTo(event);
        }
        Variation variation = Records.variation("i", 0, null);
        assertThat(VARIATION.fromConnect(VARIATION.toConnect(variation))).isEqualTo(variation);
    }

    @Test
    void whatAnOlderRecordLacksTakesItsDefault() {
        Schema inline =
                SchemaBuilder.struct().name("dev.semantica.schemas.InlineImage").field("data", Schema.BYTES_SCHEMA);
        // As Confluent's converter reads it without enhanced schema support: branches without their namespace.
        Schema image = SchemaBuilder.struct()
                .name("io.confluent.connect.avro.Union")
                .field("InlineImage", inline)
                .build();
        Schema options = SchemaBuilder.struct()
                .name("dev.semantica.schemas.SamplingOptions")
                .build();
        Schema old = SchemaBuilder.struct()
                .name("dev.semantica.schemas.ImageEvent")
                .field("requestId", Schema.STRING_SCHEMA)
                .field("imageId", Schema.STRING_SCHEMA)
                .field("image", image)
                .field("options", options)
                .field("unknown", Schema.STRING_SCHEMA)
                .build();
        Struct struct = new Struct(old)
                .put("requestId", "r")
                .put("imageId", "i")
                .put("image", new Struct(image).put("InlineImage", new Struct(inline).put("data", new byte[] {1})))
                .put("options", new Struct(options))
                .put("unknown", "x");
        ImageEvent event = EVENT.fromConnect(struct);
        assertThat(event.getPriority()).isEqualTo(Priority.BULK);
        assertThat(event.getAttributes()).isEmpty();
        assertThat(event.getOptions()).isEqualTo(SamplingOptions.newBuilder().build());
        assertThat(event.getImage()).isEqualTo(new InlineImage(ByteBuffer.wrap(new byte[] {1}), null));
    }

    @Test
    void anythingElseIsRefusedByName() {
        assertThatThrownBy(() -> VARIATION.fromConnect(EVENT.toConnect(Records.event(Records.inline("x")))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Expected a dev.semantica.schemas.Variation")
                .hasMessageContaining("dev.semantica.schemas.ImageEvent");
        assertThatThrownBy(() -> VARIATION.fromConnect("text")).hasMessageContaining("java.lang.String");
        Schema wrong = SchemaBuilder.struct()
                .name("dev.semantica.schemas.Variation")
                .field("requestId", Schema.INT32_SCHEMA)
                .build();
        assertThatThrownBy(() -> VARIATION.fromConnect(new Struct(wrong).put("requestId", 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("requestId");
    }
}
