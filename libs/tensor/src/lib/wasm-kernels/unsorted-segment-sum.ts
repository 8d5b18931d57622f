import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelCall } from './wasm-backend';

/**
 * `unsortedSegmentSum` for wasm, whose package has no such kernel; the gradient of `gather` needs it.
 *
 *   out[s] = sum of x[i] over the i with segmentIds[i] = s, in the order of i
 *
 * @param inputs x [N, ...rest] float32 or int32 and segmentIds [N] int32; ids outside [0, numSegments) are dropped.
 * @returns [numSegments, ...rest].
 */
export function unsortedSegmentSum({
  inputs: { x, segmentIds },
  backend,
  attrs: { numSegments },
}: KernelCall<{ x: TensorInfo; segmentIds: TensorInfo }, { numSegments: number }>): TensorInfo {
  const rest = x.shape.slice(segmentIds.shape.length);
  const row = rest.reduce((product, length) => product * length, 1);
  const out = backend.makeOutput([numSegments, ...rest], x.dtype);
  const ids = backend.typedArrayFromHeap(segmentIds);
  const source = backend.typedArrayFromHeap(x);
  const target = backend.typedArrayFromHeap(out);
  target.fill(0);
  for (let index = 0; index < ids.length; index++) {
    const segment = ids[index]!;
    if (segment < 0 || segment >= numSegments) continue;
    const from = index * row;
    const to = segment * row;
    for (let element = 0; element < row; element++) target[to + element]! += source[from + element]!;
  }
  return out;
}
