import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { installWasmKernels, refuseFailedAllocations } from '../wasm-kernels/install-wasm-kernels';
import type { WasmBackend } from '../wasm-kernels/wasm-backend';
import { EngineUnavailable } from './engine-name';

let ready = false;

/**
 * Loads the wasm engine from the binary in its npm package, wherever the process was started, and puts the faster
 * kernels in place. The package picks its SIMD binary where the processor has SIMD.
 *
 * @returns the package's version.
 * @throws {EngineUnavailable} when WebAssembly can't be used.
 */
export async function loadWasm(): Promise<string> {
  if (!ready) {
    setWasmPaths(join(dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json')), 'dist', '/'));
    installWasmKernels();
    if (!(await tf.setBackend('wasm'))) throw new EngineUnavailable('WebAssembly could not be started');
    await tf.ready();
    refuseFailedAllocations(tf.backend() as unknown as WasmBackend);
    ready = true;
  }
  return version_wasm;
}
