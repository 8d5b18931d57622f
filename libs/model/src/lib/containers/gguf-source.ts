import { InputError } from '@tsarank/io';
import { blockFormats } from './gguf-blocks';
import { readGgufHeader } from './gguf-header';
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
        const format = blockFormats[tensor.dtype]!;
        const bytes = file.read(tensor.position, tensor.bytes, `tensor "${name}"`);
        const values = new Float32Array(tensor.shape.reduce((product, size) => product * size, 1));
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        const blocks = values.length / format.weights;
        for (let block = 0; block < blocks; block += 1) {
          format.read(view, block * format.bytes, values, block * format.weights);
        }
        return values;
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}
