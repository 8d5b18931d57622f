import { InputError } from '@tsarank/io';
import { fromFloat16 } from './half-precision';
import type { RandomAccessFile } from './random-access-file';
import type { TensorPart } from './tensor-source';

/** Bytes of one element of each number format, named as safetensors names them. */
export const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

/** Elements read at a time: a tensor takes little more memory than its float32 numbers, and may be larger than 4 GiB. */
const PIECE = 1 << 18;
/** One for all: left to the garbage collector, they would pile up. */
let shared: ArrayBuffer | undefined;

/** Reads `values.length` elements. `load` fills bytes from the file, `scratch` has room for what is narrower or wider. */
type ReadPiece = (values: Float32Array, load: (bytes: Uint8Array) => void, scratch: ArrayBuffer) => void;

/** Hosts are little endian, as the files are. */
const READ: Readonly<Record<string, ReadPiece>> = {
  F32: (values, load) => load(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  F64: (values, load, scratch) => {
    load(new Uint8Array(scratch, 0, 8 * values.length));
    values.set(new Float64Array(scratch, 0, values.length));
  },
  F16: (values, load, scratch) => {
    load(new Uint8Array(scratch, 0, 2 * values.length));
    const halves = new Uint16Array(scratch);
    for (let index = 0; index < values.length; index += 1) values[index] = fromFloat16(halves[index]!);
  },
  BF16: (values, load, scratch) => {
    load(new Uint8Array(scratch, 0, 2 * values.length));
    const halves = new Uint16Array(scratch);
    // Its bits are the upper half of a float32's.
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (let index = 0; index < words.length; index += 1) words[index] = halves[index]! << 16;
  },
};

/** Whether `readElements` reads a format. */
export function isFloat(dtype: string): boolean {
  return Object.hasOwn(READ, dtype);
}

/**
 * `count` numbers from byte `position`, widened to float32.
 *
 * @param what Named in errors: `tensor "x"`.
 * @param part Of these numbers, those wanted.
 * @throws {InputError} when the file ends before, or the numbers are not floating point.
 */
export function readElements(
  file: RandomAccessFile,
  what: string,
  dtype: string,
  position: number,
  count: number,
  part?: TensorPart,
): Float32Array {
  const bytes = ELEMENT_BYTES[dtype];
  const read = READ[dtype];
  if (bytes === undefined || read === undefined) {
    throw new InputError({ file: file.path, message: `${what} has dtype ${dtype}, expected F32, F16, BF16 or F64` });
  }
  file.check(position, count * bytes, what);
  const { start, values } = part ?? { start: 0, values: new Float32Array(count) };
  if (start + values.length > count)
    throw new RangeError(`${what} has ${count} numbers, asked for ${values.length} from ${start} on`);
  const scratch = (shared ??= new ArrayBuffer(8 * PIECE));
  for (let done = 0; done < values.length; done += PIECE) {
    const piece = values.subarray(done, Math.min(done + PIECE, values.length));
    read(piece, (target) => file.readInto(target, position + (start + done) * bytes, what), scratch);
  }
  return values;
}
