/** What a running process tells those who watch it, over HTTP: whether it lives and is ready, its metrics, its settings. */
package dev.semantica.console.health;
