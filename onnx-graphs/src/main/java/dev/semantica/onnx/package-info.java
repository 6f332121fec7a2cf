/** ONNX graphs, written and changed from Java. */
package dev.semantica.onnx;
