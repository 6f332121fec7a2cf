/** Kafka Connect plug-ins: images into image-events, variations into datasets. */
package dev.semantica.connectors;
