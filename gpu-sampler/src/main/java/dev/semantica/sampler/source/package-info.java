/** Source images: out of the record itself, or from places that the operator allowed. */
package dev.semantica.sampler.source;
