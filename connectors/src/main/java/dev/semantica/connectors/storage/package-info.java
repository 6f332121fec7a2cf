/** Where images are read and datasets are written: folders, and what else {@link Storage#open} knows. */
package dev.semantica.connectors.storage;
