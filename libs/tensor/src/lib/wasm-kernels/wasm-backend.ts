import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { getKernel, registerKernel, unregisterKernel } from '@tensorflow/tfjs';

/** The parts of the package's BackendWasm that the replacement kernels touch (tfjs-backend-wasm 4.22, backend_wasm.ts). */
export interface WasmBackend {
  dataIdNextNumber: number;
  dataIdMap: { get(dataId: object): { id: number; memoryOffset: number } };
  makeOutput(shape: number[], dtype: TensorInfo['dtype']): TensorInfo;
  disposeData(dataId: object): boolean;
  incRef(dataId: object): void;
  typedArrayFromHeap(info: TensorInfo): Float32Array | Int32Array | Uint8Array;
  wasm: {
    HEAP32: Int32Array;
    HEAPU8: Uint8Array;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    _BatchMatMul(...numbers: number[]): void;
    tfjs: {
      registerTensor(id: number, size: number, memoryOffset: number): void;
      disposeData(id: number): void;
    };
  };
}

/** What a kernel is called with. */
export interface KernelCall<Inputs, Attributes> {
  inputs: Inputs;
  attrs: Attributes;
  backend: WasmBackend;
}

/** The kernel registered for wasm under this name, as a plain function. */
export function wasmKernel<Inputs, Attributes>(name: string): (call: KernelCall<Inputs, Attributes>) => TensorInfo {
  const config = getKernel(name, 'wasm');
  if (config === undefined) throw new Error(`tfjs-backend-wasm has no kernel ${name}`);
  return config.kernelFunc as unknown as (call: KernelCall<Inputs, Attributes>) => TensorInfo;
}

/** Puts a kernel in the place of the package's own, keeping the original's set-up function. */
export function replaceWasmKernel<Inputs, Attributes>(
  name: string,
  kernel: (call: KernelCall<Inputs, Attributes>) => TensorInfo,
): void {
  const original = getKernel(name, 'wasm');
  if (original !== undefined) unregisterKernel(name, 'wasm');
  registerKernel({
    kernelName: name,
    backendName: 'wasm',
    kernelFunc: kernel as unknown as KernelFunc,
    ...(original === undefined ? {} : { setupFunc: original.setupFunc, disposeFunc: original.disposeFunc }),
  });
}
