/** What each stage of a training minimises. */
package dev.semantica.training.objective;
