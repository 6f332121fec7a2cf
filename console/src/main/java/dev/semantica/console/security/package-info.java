/** What each application may do on a secured cluster: listed, printed as ACLs, and checked before anything starts. */
package dev.semantica.console.security;
