/** How the connectors describe their settings to Connect. */
package dev.semantica.connectors.config;
