/** Bundles on ONNX Runtime. The only package that sees {@code ai.onnxruntime}. */
package dev.semantica.sampler.onnx;
