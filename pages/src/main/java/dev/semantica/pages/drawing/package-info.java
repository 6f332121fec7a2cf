/** How a procedural page looks: kinds of subject, colours, backgrounds, and the scene that they make. */
package dev.semantica.pages.drawing;
