package dev.semantica.connectors.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How a dataset lies in files. */
public enum DatasetFormat {
    /** Images as files, with {@code metadata.jsonl} beside them; a folder a piece. */
    IMAGEFOLDER,
    /** Tar files whose members {@code KEY.png} and {@code KEY.json} are an example. */
    WEBDATASET,
    /** Parquet files whose column {@code image} holds bytes and name, as Hugging Face's datasets reads images. */
    PARQUET;

    /**
     * Opens a writer for a piece.
     *
     * @param folder where it writes; made if absent
     * @param name names the piece's file, or its folder
     */
    public DatasetWriter open(Path folder, String name) throws IOException {
        Files.createDirectories(folder);
        return switch (this) {
            case IMAGEFOLDER -> new ImageFolderWriter(folder, name);
            case WEBDATASET -> new WebDatasetWriter(folder, name);
            case PARQUET -> new ParquetWriter(folder, name);
        };
    }
}
