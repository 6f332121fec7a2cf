/** The dataset sink: variations become files of a dataset. {@link DatasetSinkConnector} is the door. */
package dev.semantica.connectors.sink;
