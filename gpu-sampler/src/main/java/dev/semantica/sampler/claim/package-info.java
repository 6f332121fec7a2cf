/**
 * Claim check: {@link dev.semantica.sampler.claim.ClaimCheck} takes variations that are too large for a topic out of
 * results and leaves references.
 */
package dev.semantica.sampler.claim;
