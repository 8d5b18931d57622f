import { InputError } from '@tsarank/io';
import { ELEMENT_BYTES, readElements } from '../element-types';
import { RandomAccessFile } from '../random-access-file';
import { showValue } from '../show-value';
import type { TensorPart, TensorSource } from '../tensor-source';
import { isLegacyTorch, readLegacyTorch } from './torch-legacy';
import { TorchTensor, torchWorld } from './torch-tensors';
import { unpickle } from './unpickle';
import { readZipDirectory } from './zip-directory';
import type { ZipDirectory } from './zip-directory';

/** The pickle names tensors in some 150 bytes each. */
const LONGEST_PICKLE = 16 << 20;
const ZIP_MAGIC = 0x04034b50;

/**
 * Open a `pytorch_model.bin`: a state dict that `torch.save` has written, of any version. Its pickle is read as data, no code is
 * run (see `unpickle`); tensors are read from the file one at a time.
 *
 * @throws {InputError} naming the file when it is malformed, truncated, or holds anything but tensors.
 */
export function openTorchFile(path: string): TensorSource {
  const file = new RandomAccessFile(path);
  try {
    const entries = readEntries(file);
    return {
      file: path,
      entries,
      read(name, part) {
        const tensor = entries.get(name);
        if (!tensor) throw new InputError({ file: path, message: `has no tensor "${name}"` });
        return readView(file, name, tensor, part);
      },
      close: () => file.close(),
    };
  } catch (error) {
    file.close();
    throw error;
  }
}

function readEntries(file: RandomAccessFile): Map<string, TorchTensor> {
  const wrong = (message: string) => new InputError({ file: file.path, message });
  const dict = isLegacyTorch(file) ? readLegacyTorch(file) : readZipped(file, wrong);
  if (!(dict instanceof Map)) throw wrong('does not hold a state dict (a dict of tensors)');
  const entries = new Map<string, TorchTensor>();
  for (const [name, value] of dict as Map<unknown, unknown>) {
    if (typeof name === 'string' && value instanceof TorchTensor) entries.set(name, value);
    else throw wrong(`does not hold a state dict: ${showValue(name)} is not a tensor`);
  }
  return entries;
}

/** What a file of PyTorch 1.6 or later holds. */
function readZipped(file: RandomAccessFile, wrong: (message: string) => InputError): unknown {
  const start = file.read(0, Math.min(4, file.size), 'the start');
  if (start.length < 4 || start.readUInt32LE() !== ZIP_MAGIC)
    throw wrong('not a PyTorch file: it does not begin as a ZIP file');
  const zip = readZipDirectory(file);
  const prefix = archivePrefix(zip, wrong);
  const order = zip.find(`${prefix}byteorder`);
  if (
    order &&
    order.bytes < 16 &&
    file.read(order.position, order.bytes, 'byteorder').toString('latin1').trim() !== 'little'
  ) {
    throw wrong('was written on a big-endian machine, expected little endian');
  }
  const pickle = zip.find(`${prefix}data.pkl`)!;
  if (pickle.bytes > LONGEST_PICKLE)
    throw wrong(`has a pickle of ${pickle.bytes} bytes, at most ${LONGEST_PICKLE} are read`);
  const bytes = file.read(pickle.position, pickle.bytes, 'data.pkl');
  return unpickle(
    bytes,
    file.path,
    torchWorld(file.path, (key) => zip.find(`${prefix}data/${key}`)),
  );
}

/** Files are in one folder of any name: `archive/data.pkl`, `pytorch_model/data.pkl`. */
function archivePrefix(zip: ZipDirectory, wrong: (message: string) => InputError): string {
  const pickles = zip.names.filter((name) => /^[^/]+\/data\.pkl$/.test(name));
  if (pickles.length === 1) return pickles[0]!.slice(0, -'data.pkl'.length);
  throw wrong(`not a PyTorch file: a ZIP file with ${pickles.length} entries data.pkl, expected one`);
}

/** The numbers of a view in row-major order; all of them where they don't lie so in the file. */
function readView(
  file: RandomAccessFile,
  name: string,
  { storage, offset, shape, stride, span }: TorchTensor,
  part?: TensorPart,
): Float32Array {
  const position = storage.position + offset * ELEMENT_BYTES[storage.dtype]!;
  const plain = isRowMajor(shape, stride);
  const stored = readElements(
    file,
    `tensor "${name}"`,
    storage.dtype,
    span === 0 ? storage.position : position,
    span,
    plain ? part : undefined,
  );
  if (plain) return stored;
  const count = shape.reduce((product, size) => product * size, 1);
  const values = new Float32Array(count);
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < count; to += 1) {
    values[to] = stored[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      index[axis]! += 1;
      from += stride[axis]!;
      if (index[axis]! < shape[axis]!) break;
      from -= shape[axis]! * stride[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}

function isRowMajor(shape: readonly number[], stride: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
    if (shape[axis] !== 1 && stride[axis] !== expected) return shape.includes(0);
    expected *= shape[axis]!;
  }
  return true;
}
