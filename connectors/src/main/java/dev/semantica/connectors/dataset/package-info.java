/** Dataset files: ImageFolder, WebDataset shards, Parquet. {@link dev.semantica.connectors.dataset.DatasetFormat} is the door. */
package dev.semantica.connectors.dataset;
