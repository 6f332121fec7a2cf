/** Stand-ins and hostile inputs for the tests of other modules. */
package dev.semantica.testsupport;
