/** Training runs: their configuration, the loop, its checkpoints, and the stages from pages to a bundle. */
package dev.semantica.training.run;
