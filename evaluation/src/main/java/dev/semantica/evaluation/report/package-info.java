/** What was found, as JSON and as a page. */
package dev.semantica.evaluation.report;
