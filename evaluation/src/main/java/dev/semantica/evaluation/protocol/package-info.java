/** The paper's few-shot protocol. */
package dev.semantica.evaluation.protocol;
