import { registerMatMulGradient } from './operations/mat-mul-gradient';

registerMatMulGradient();

/**
 * TensorFlow.js with every gradient registered.
 *
 * The union package is used because in Node the ops and gradients of `@tensorflow/tfjs-core` alone are registered
 * only by deep imports, which its CommonJS build has no files for.
 */
export * as tf from '@tensorflow/tfjs';
