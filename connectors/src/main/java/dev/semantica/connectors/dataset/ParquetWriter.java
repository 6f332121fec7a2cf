package dev.semantica.connectors.dataset;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/** A Parquet file; headers and footer by the Thrift classes of parquet-java, pages by {@link ColumnBuffer}. */
final class ParquetWriter implements DatasetWriter {

    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    /** A reader takes a row group at a time into memory. */
    private static final int ROW_GROUP_BYTES = 8 << 20;

    private static final int ROW_GROUP_ROWS = 1000;

    private final String file;
    private final OutputStream out;
    private final List<RowGroup> rowGroups = new ArrayList<>();
    private List<ColumnBuffer> columns = columns();
    private long offset = MAGIC.length;
    private int rows;
    private long allRows;

    ParquetWriter(Path folder, String name) throws IOException {
        file = name + ".parquet";
        out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(file)));
        out.write(MAGIC);
    }

    private static List<ColumnBuffer> columns() {
        List<ColumnBuffer> columns = new ArrayList<>();
        columns.add(new ColumnBuffer(List.of(ParquetSchema.IMAGE, ParquetSchema.BYTES), Type.BYTE_ARRAY, 2));
        columns.add(new ColumnBuffer(List.of(ParquetSchema.IMAGE, ParquetSchema.PATH), Type.BYTE_ARRAY, 2));
        for (Column column : Column.ALL) {
            columns.add(new ColumnBuffer(List.of(column.name()), ParquetSchema.physical(column.type()), 1));
        }
        return columns;
    }

    @Override
    public void add(Example example) throws IOException {
        columns.get(0).add(example.image());
        columns.get(1).add(example.fileName().getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < Column.ALL.size(); i++) {
            put(columns.get(i + 2), Column.ALL.get(i).value().apply(example.variation()));
        }
        rows++;
        int waiting = columns.stream().mapToInt(ColumnBuffer::size).sum();
        if (rows >= ROW_GROUP_ROWS || waiting >= ROW_GROUP_BYTES) {
            endRowGroup();
        }
    }

    private static void put(ColumnBuffer column, Object value) {
        if (value == null) {
            column.addNull();
        } else if (value instanceof Integer number) {
            column.add((int) number);
        } else if (value instanceof Long number) {
            column.add((long) number);
        } else if (value instanceof Double number) {
            column.add((double) number);
        } else if (value instanceof Instant instant) {
            column.add(instant.toEpochMilli());
        } else {
            String text = value instanceof String string ? string : MetadataJson.text(value);
            column.add(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void endRowGroup() throws IOException {
        List<ColumnChunk> chunks = new ArrayList<>();
        long bytes = 0;
        for (ColumnBuffer column : columns) {
            ColumnChunk chunk = column.write(out, offset + bytes);
            chunks.add(chunk);
            bytes += chunk.getMeta_data().getTotal_compressed_size();
        }
        rowGroups.add(new RowGroup(chunks, bytes, rows));
        offset += bytes;
        allRows += rows;
        rows = 0;
        columns = columns();
    }

    @Override
    public List<String> finish() throws IOException {
        if (rows > 0) {
            endRowGroup();
        }
        FileMetaData footer = new FileMetaData(2, ParquetSchema.elements(), allRows, rowGroups);
        footer.setCreated_by("semantica");
        footer.addToKey_value_metadata(ParquetSchema.huggingFace());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, bytes);
        bytes.writeTo(out);
        out.write(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.size())
                .array());
        out.write(MAGIC);
        out.close();
        return List.of(file);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
