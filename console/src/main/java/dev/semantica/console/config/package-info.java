/** Settings from file, environment and flags, checked whole before anything starts; their documentation. */
package dev.semantica.console.config;
