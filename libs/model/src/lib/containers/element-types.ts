import { InputError } from '@tsarank/io';
import { fromFloat16 } from './half-precision';
import type { RandomAccessFile } from './random-access-file';

/** Bytes of one element of each number format, named as safetensors names them. */
export const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U64: 8, U32: 4, U16: 2, U8: 1, BOOL: 1,
};

/** Elements widened at a time: so a tensor takes little more memory than its float32 numbers. */
const PIECE = 1 << 18;
/** Elements in `piece`, widened into `values` from index `to`. Hosts are little endian, as the files are. */
type Widen = (piece: ArrayBuffer, count: number, values: Float32Array, to: number) => void;

const WIDEN: Readonly<Record<string, Widen>> = {
  F64: (piece, count, values, to) => values.set(new Float64Array(piece, 0, count), to),
  F32: (piece, count, values, to) => values.set(new Float32Array(piece, 0, count), to),
  F16: (piece, count, values, to) => {
    const halves = new Uint16Array(piece);
    for (let index = 0; index < count; index += 1) values[to + index] = fromFloat16(halves[index]!);
  },
  // Its bits are the upper half of a float32's.
  BF16: (piece, count, values, to) => {
    const halves = new Uint16Array(piece);
    const words = new Uint32Array(values.buffer, 4 * to, count);
    for (let index = 0; index < count; index += 1) words[index] = halves[index]! << 16;
  },
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
  const piece = new Uint8Array(bytes * Math.min(PIECE, count));
  for (let done = 0; done < count; done += PIECE) {
    const length = Math.min(PIECE, count - done);
    file.readInto(piece.subarray(0, length * bytes), position + done * bytes, what);
    widen(piece.buffer, length, values, done);
  }
  return values;
}
