package dev.semantica.connectors.source;

import java.util.Map;

/**
 * What is known of an image beside its bytes.
 *
 * @param label its class; null if it has none
 * @param attributes anything else
 */
record Label(String label, Map<String, String> attributes) {}
