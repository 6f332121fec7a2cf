/** Factor probes: regressions that read a page's factors from frozen features, and what they say of variations. */
package dev.semantica.evaluation.factor;
