/** Procedural pages on disk: folders or WebDataset shards, written whole or not at all. */
package dev.semantica.pages.store;
