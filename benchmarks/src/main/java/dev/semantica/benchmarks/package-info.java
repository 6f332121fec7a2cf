/** Measurements of the whole; each prints a report and keeps it in benchmarks/results. */
package dev.semantica.benchmarks;
