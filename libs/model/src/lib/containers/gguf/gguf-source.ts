import { InputError } from '@tsarank/io';
import { blockFormats } from './gguf-blocks';
import type { BlockFormat } from './gguf-blocks';
import { isFloat, readElements } from '../element-types';
import { readGgufHeader } from './gguf-header';
import type { GgufTensor } from './gguf-header';
import { RandomAccessFile } from '../random-access-file';
import type { TensorPart, TensorSource } from '../tensor-source';

/** A GGUF file: its weights, de-quantized as they are read, and its metadata. */
export interface GgufSource extends TensorSource {
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * Open a GGUF file (version 2 or 3, little endian).
 *
 * @throws {InputError} naming the file when it is no GGUF, malformed, truncated, or quantized in a way not read here.
 */
export function openGguf(path: string): GgufSource {
  const file = new RandomAccessFile(path);
  try {
    const { metadata, tensors } = readGgufHeader(file);
    return {
      file: path,
      metadata,
      entries: tensors,
      read(name, part) {
        const tensor = tensors.get(name);
        if (!tensor) throw new InputError({ file: path, message: `has no tensor "${name}"` });
        return readBlocks(file, name, tensor, part);
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Blocks unpacked at a time, so that the packed bytes of a large tensor are never in memory at once. */
const PIECE = 4096;

function readBlocks(
  file: RandomAccessFile,
  name: string,
  { shape, dtype, position }: GgufTensor,
  part?: TensorPart,
): Float32Array {
  const what = `tensor "${name}"`;
  const count = shape.reduce((product, size) => product * size, 1);
  if (isFloat(dtype)) return readElements(file, what, dtype, position, count, part);
  const format = blockFormats[dtype]!;
  file.check(position, (count / format.weights) * format.bytes, what);
  const { start, values } = part ?? { start: 0, values: new Float32Array(count) };
  const end = start + values.length;
  if (end > count) throw new RangeError(`${what} has ${count} numbers, asked for ${values.length} from ${start} on`);
  const last = Math.ceil(end / format.weights);
  for (let block = Math.floor(start / format.weights); block < last; block += PIECE) {
    const length = Math.min(PIECE, last - block);
    const bytes = file.read(position + block * format.bytes, length * format.bytes, what);
    unpack(format, bytes, { values, to: block * format.weights - start });
  }
  return values;
}

/** Unpack whole blocks into `values` from index `to` on; what would lie before its beginning or behind its end is left out. */
function unpack(format: BlockFormat, bytes: Buffer, { values, to }: { values: Float32Array; to: number }): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = new Float32Array(format.weights);
  for (let at = 0; at < bytes.length; at += format.bytes, to += format.weights) {
    if (to >= 0 && to + format.weights <= values.length) {
      format.read(view, at, values, to);
      continue;
    }
    format.read(view, at, whole, 0);
    const from = Math.max(0, -to);
    values.set(whole.subarray(from, Math.min(format.weights, values.length - to)), to + from);
  }
}
