import { WorkError } from '@tsarank/io';
import { splitBatchMatMul } from './batch-mat-mul';
import { transposeFirst } from './fused-mat-mul';
import { gatherFirstAxis } from './gather';
import { slice } from './slice';
import { tile } from './tile';
import { unsortedSegmentSum } from './unsorted-segment-sum';
import { replaceWasmKernel, wasmKernel } from './wasm-backend';
import type { WasmBackend } from './wasm-backend';

let installed = false;

/** Replaces the wasm kernels that are slow or missing. Call it after the package is loaded; a second call does nothing. */
export function installWasmKernels(): void {
  if (installed) return;
  installed = true;
  replaceWasmKernel('BatchMatMul', splitBatchMatMul(wasmKernel('BatchMatMul')));
  replaceWasmKernel('_FusedMatMul', transposeFirst(wasmKernel('_FusedMatMul')));
  replaceWasmKernel('GatherV2', gatherFirstAxis(wasmKernel('GatherV2')));
  replaceWasmKernel('Slice', slice);
  replaceWasmKernel('Tile', tile);
  replaceWasmKernel('UnsortedSegmentSum', unsortedSegmentSum);
}

/**
 * Makes the engine say so when its memory is used up. Left alone, the package takes the null pointer of a failed
 * allocation for an address and writes over its own memory.
 *
 * @throws {WorkError} from the returned engine's operations, not from this call.
 */
export function refuseFailedAllocations(backend: WasmBackend): void {
  backend.wasm._free(backend.wasm._malloc(8)); // an export puts itself in its stub's place at its first call
  const allocate = backend.wasm._malloc;
  backend.wasm._malloc = (bytes) => {
    const pointer = allocate(bytes);
    // Near the limit the allocator has been seen to wrap around: a pointer whose block ends outside the memory.
    const outside = (pointer >>> 0) + bytes > backend.wasm.HEAPU8.length;
    if ((pointer === 0 || outside) && bytes > 0)
      throw new WorkError(
        `out of memory: the wasm engine could not get ${(bytes / 2 ** 20).toFixed(1)} MiB (its limit is 4 GiB in all); ` +
          'use smaller batches or the tensorflow engine',
      );
    return pointer;
  };
}
