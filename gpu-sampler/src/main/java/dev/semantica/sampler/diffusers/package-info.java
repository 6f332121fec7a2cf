/** Exports of diffusers pipelines in ONNX, made into bundles. {@link dev.semantica.sampler.diffusers.DiffusersImport} is the door. */
package dev.semantica.sampler.diffusers;
