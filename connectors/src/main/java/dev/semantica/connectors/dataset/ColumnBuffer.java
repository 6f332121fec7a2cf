package dev.semantica.connectors.dataset;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;

/**
 * The values of one Parquet column in one row group, written as one uncompressed page with PLAIN encoding: images are
 * compressed already, and beside them the other columns weigh nothing.
 */
final class ColumnBuffer {

    private final List<String> path;
    private final Type type;
    /** Definition level of a value that is there: how many of the fields on its path may be absent. */
    private final int present;

    private final ByteArrayOutputStream values = new ByteArrayOutputStream();
    /** Definition levels as runs: a variable-length integer that is twice the length, then the level. */
    private final ByteArrayOutputStream levels = new ByteArrayOutputStream();

    private int rows;
    private int runLevel;
    private int runLength;

    ColumnBuffer(List<String> path, Type type, int present) {
        this.path = path;
        this.type = type;
        this.present = present;
    }

    void addNull() {
        level(0);
    }

    void add(byte[] bytes) {
        level(present);
        values.writeBytes(number(Integer.BYTES).putInt(bytes.length).array());
        values.writeBytes(bytes);
    }

    void add(int value) {
        level(present);
        values.writeBytes(number(Integer.BYTES).putInt(value).array());
    }

    void add(long value) {
        level(present);
        values.writeBytes(number(Long.BYTES).putLong(value).array());
    }

    void add(double value) {
        level(present);
        values.writeBytes(number(Double.BYTES).putDouble(value).array());
    }

    private static ByteBuffer number(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void level(int level) {
        rows++;
        if (runLength > 0 && level != runLevel) {
            endRun();
        }
        runLevel = level;
        runLength++;
    }

    private void endRun() {
        int header = runLength << 1;
        while (header >= 0x80) {
            levels.write((header & 0x7f) | 0x80);
            header >>>= 7;
        }
        levels.write(header);
        levels.write(runLevel);
        runLength = 0;
    }

    /** Bytes that are waiting. */
    int size() {
        return values.size();
    }

    /**
     * Writes the page.
     *
     * @param offset where in the file it begins
     */
    ColumnChunk write(OutputStream out, long offset) throws IOException {
        if (runLength > 0) {
            endRun();
        }
        byte[] levelBytes = levels.toByteArray();
        int size = values.size() + Integer.BYTES + levelBytes.length;
        PageHeader header = new PageHeader(PageType.DATA_PAGE, size, size);
        header.setData_page_header(new DataPageHeader(rows, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        Util.writePageHeader(header, page);
        page.writeBytes(number(Integer.BYTES).putInt(levelBytes.length).array());
        page.writeBytes(levelBytes);
        page.writeTo(out);
        values.writeTo(out);
        long total = (long) page.size() + values.size();
        ColumnChunk chunk = new ColumnChunk(offset);
        chunk.setMeta_data(new ColumnMetaData(
                type,
                List.of(Encoding.PLAIN, Encoding.RLE),
                path,
                CompressionCodec.UNCOMPRESSED,
                rows,
                total,
                total,
                offset));
        return chunk;
    }
}
