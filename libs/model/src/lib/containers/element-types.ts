import { InputError } from '@tsarank/io';
import { fromBfloat16, fromFloat16 } from './half-precision';
import type { RandomAccessFile } from './random-access-file';

/** Bytes of one element of each number format, named as safetensors names them. */
export const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1,
};

/** Elements widened at a time: so a tensor takes little more memory than its float32 numbers. */
const PIECE = 1 << 18;
const WIDEN: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  F64: (view, at) => view.getFloat64(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  F16: (view, at) => fromFloat16(view.getUint16(at, true)),
  BF16: (view, at) => fromBfloat16(view.getUint16(at, true)),
};

/**
 * `count` numbers from byte `position`, widened to float32.
 *
 * @param what Named in errors: `tensor "x"`.
 * @throws {InputError} when the file ends before, or the numbers are not floating point.
 */
export function readElements(file: RandomAccessFile, what: string, dtype: string, position: number, count: number): Float32Array {
  const bytes = ELEMENT_BYTES[dtype];
  const widen = WIDEN[dtype];
  if (bytes === undefined || widen === undefined) {
    throw new InputError({ file: file.path, message: `${what} has dtype ${dtype}, expected F32, F16, BF16 or F64` });
  }
  file.check(position, count * bytes, what);
  const values = new Float32Array(count);
  if (dtype === 'F32') {
    file.readInto(new Uint8Array(values.buffer), position, what);
    return values;
  }
  const piece = Buffer.alloc(bytes * Math.min(PIECE, count));
  const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength);
  for (let done = 0; done < count; done += PIECE) {
    const length = Math.min(PIECE, count - done);
    file.readInto(piece.subarray(0, length * bytes), position + done * bytes, what);
    for (let index = 0; index < length; index += 1) values[done + index] = widen(view, index * bytes);
  }
  return values;
}
