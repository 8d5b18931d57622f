import { InputError } from '@tsarank/io';
import * as tf from '@tensorflow/tfjs';

/** All the memory a wasm module can address (tfjs-backend-wasm is linked with MAXIMUM_MEMORY=4GB). */
export const wasmMemoryBytes = 4 * 2 ** 30;

/**
 * Checks, before anything is loaded, that so much tensor memory can be had from the active engine.
 *
 * @param need.bytes what will be held at once: weights, gradients, moments, activations.
 * @param need.what its name in the message.
 * @throws {InputError} when the engine is wasm and `bytes` and what is held already exceed its 4 GiB.
 */
export function assertFits({ bytes, what }: { bytes: number; what: string }): void {
  if (tf.getBackend() !== 'wasm') return;
  const held = tf.memory().numBytes;
  if (bytes + held <= wasmMemoryBytes) return;
  const gibibytes = (count: number): string => `${(count / 2 ** 30).toFixed(2)} GiB`;
  throw new InputError({
    message:
      `${what} needs ${gibibytes(bytes)}${held > 2 ** 20 ? ` beside the ${gibibytes(held)} in use` : ''}, and the wasm ` +
      `engine has ${gibibytes(wasmMemoryBytes)} in all; use the tensorflow engine (npx nx run native) or a smaller model`,
  });
}
