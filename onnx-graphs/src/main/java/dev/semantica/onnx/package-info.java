/** ONNX graphs, written and changed from Java. {@link dev.semantica.onnx.GraphBuilder} is the door. */
package dev.semantica.onnx;
