import { InputError } from '@tsarank/io';
import { ELEMENT_BYTES } from '../element-types';
import { showValue } from '../show-value';
import type { TensorEntry } from '../tensor-source';
import type { PickleWorld } from './unpickle';

/** Numbers in a file that tensors are views of. */
export class TorchStorage {
  constructor(
    readonly dtype: string,
    /** Where it begins in the file, in bytes; before PyTorch 1.6 that is known only when all pickles are read. */
    private readonly place: { readonly position: number },
    readonly elements: number,
  ) {}

  get position(): number {
    return this.place.position;
  }
}

/** Finds a storage in a file by its key; what a tensor says of its size is known. */
export type FindStorage = (
  key: string,
  elements: number,
  bytesEach: number,
) => { readonly position: number; readonly bytes: number } | undefined;

/** A view of a storage. Offset and strides count elements. */
export class TorchTensor implements TensorEntry {
  constructor(
    readonly storage: TorchStorage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly stride: readonly number[],
    /** Elements from the first that the view touches to the last. */
    readonly span: number,
  ) {}

  get dtype(): string {
    return this.storage.dtype;
  }
}

const STORAGES: Readonly<Record<string, string>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};
const MOST_DIMENSIONS = 8;

/**
 * The globals of a PyTorch file of weights, and its storages by their keys. Every view is checked against its storage and
 * every storage against the file.
 *
 * Source: PyTorch `torch/_utils.py` (`_rebuild_tensor_v2`), `torch/serialization.py` (`persistent_id`).
 *
 * @param find Place of a storage in the file.
 */
export function torchWorld(file: string, find: FindStorage): PickleWorld {
  const wrong = (message: string) => new InputError({ file, message });
  const types = new Map<unknown, string>();
  const globals = new Map<string, (args: readonly unknown[]) => unknown>([
    ['collections.OrderedDict', (args) => orderedDict(args, wrong)],
    ['torch.Size', ([sizes]) => counts(sizes, 'a torch.Size', wrong)],
    ['torch._utils._rebuild_tensor_v2', (args) => view(args, wrong)],
    [
      'torch._utils._rebuild_parameter',
      ([data]) => {
        if (data instanceof TorchTensor) return data;
        throw wrong('has a parameter without a tensor');
      },
    ],
  ]);
  for (const [name, dtype] of Object.entries(STORAGES)) {
    const type = () => {
      throw wrong(`its pickle calls torch.${name}`);
    };
    types.set(type, dtype);
    globals.set(`torch.${name}`, type);
  }
  const storages = new Map<string, TorchStorage>();
  return {
    global: (name) => globals.get(name),
    persistent(id) {
      const [kind, type, key, , elements, part = null] = Array.isArray(id) ? (id as unknown[]) : [];
      const dtype = types.get(type);
      if (kind !== 'storage' || dtype === undefined || typeof key !== 'string' || !isCount(elements) || part !== null) {
        throw wrong(`its pickle names a storage as ${showValue(id)}`);
      }
      const known = storages.get(key);
      if (known?.dtype === dtype && known.elements === elements) return known;
      if (known)
        throw wrong(
          `storage ${showValue(key)} is named once as ${known.elements} ${known.dtype}, once as ${elements} ${dtype}`,
        );
      const place = find(key, elements, ELEMENT_BYTES[dtype]!);
      if (!place) throw wrong(`lacks the storage ${showValue(key)} that a tensor is in; damaged or truncated`);
      if (!(elements * ELEMENT_BYTES[dtype]! <= place.bytes)) {
        throw wrong(`storage ${showValue(key)} has ${place.bytes} bytes, too few for ${elements} numbers ${dtype}`);
      }
      const storage = new TorchStorage(dtype, place, elements);
      storages.set(key, storage);
      return storage;
    },
  };
}

type Wrong = (message: string) => InputError;

function view([storage, offset, shape, stride]: readonly unknown[], wrong: Wrong): TorchTensor {
  if (!(storage instanceof TorchStorage)) throw wrong('has a tensor without a storage');
  const sizes = counts(shape, 'the shape of a tensor', wrong);
  const strides = counts(stride, 'the strides of a tensor', wrong);
  if (sizes.length !== strides.length || !isCount(offset)) {
    throw wrong(
      `has a tensor of shape ${showValue(sizes)}, strides ${showValue(strides)} and offset ${showValue(offset)}`,
    );
  }
  const count = sizes.reduce((product, size) => product * size, 1);
  const span = sizes.includes(0) ? 0 : sizes.reduce((sum, size, axis) => sum + (size - 1) * strides[axis]!, 1);
  const described = `a tensor of shape ${showValue(sizes)} and strides ${showValue(strides)} at ${offset}`;
  if (span > 0 && !(offset + span <= storage.elements))
    throw wrong(`has ${described} in a storage of ${storage.elements} numbers; damaged`);
  // An expanded view may name any size; what is read must not be larger than what is stored.
  if (count > span) throw wrong(`has ${described}, which repeats stored numbers; save it with .contiguous()`);
  return new TorchTensor(storage, offset, sizes, strides, span);
}

/** Items are set one by one afterwards: a list of them could be copied again and again. */
function orderedDict(args: readonly unknown[], wrong: Wrong): Map<unknown, unknown> {
  if (args.length === 0) return new Map();
  throw wrong('its pickle makes an OrderedDict of something, expected an empty one');
}

/** A copy: the pickle could still append to its list. */
function counts(value: unknown, what: string, wrong: Wrong): number[] {
  if (Array.isArray(value) && value.length <= MOST_DIMENSIONS && value.every(isCount)) return [...(value as number[])];
  throw wrong(`has ${showValue(value)} as ${what}`);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
