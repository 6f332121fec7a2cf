/** Diffusion mathematics: noise schedules, schedulers as coefficient tables, guidance and seeded noise. */
package dev.semantica.diffusion;
