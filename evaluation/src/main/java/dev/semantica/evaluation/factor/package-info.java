/** Factor probes: networks that read a page's factors from pixels, and what they say of variations. */
package dev.semantica.evaluation.factor;
