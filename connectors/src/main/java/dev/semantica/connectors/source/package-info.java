/** The image source: files in a tree become image events. {@link ImageSourceConnector} is the door. */
package dev.semantica.connectors.source;
