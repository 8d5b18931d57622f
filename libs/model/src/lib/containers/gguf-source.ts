import { InputError } from '@tsarank/io';
import { blockFormats } from './gguf-blocks';
import { isFloat, readElements } from './element-types';
import { readGgufHeader } from './gguf-header';
import type { GgufTensor } from './gguf-header';
import { RandomAccessFile } from './random-access-file';
import type { TensorSource } from './tensor-source';

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
      read(name) {
        const tensor = tensors.get(name);
        if (!tensor) throw new InputError({ file: path, message: `has no tensor "${name}"` });
        return readBlocks(file, name, tensor);
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

function readBlocks(file: RandomAccessFile, name: string, { shape, dtype, position }: GgufTensor): Float32Array {
  const what = `tensor "${name}"`;
  const count = shape.reduce((product, size) => product * size, 1);
  if (isFloat(dtype)) return readElements(file, what, dtype, position, count);
  const format = blockFormats[dtype]!;
  const blocks = count / format.weights;
  file.check(position, blocks * format.bytes, what);
  const values = new Float32Array(count);
  for (let done = 0; done < blocks; done += PIECE) {
    const length = Math.min(PIECE, blocks - done);
    const bytes = file.read(position + done * format.bytes, length * format.bytes, what);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let block = 0; block < length; block += 1) {
      format.read(view, block * format.bytes, values, (done + block) * format.weights);
    }
  }
  return values;
}
