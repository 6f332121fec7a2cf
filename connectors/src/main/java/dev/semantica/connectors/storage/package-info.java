/** Where images are read and datasets are written. {@link dev.semantica.connectors.storage.Storage} is the door. */
package dev.semantica.connectors.storage;
