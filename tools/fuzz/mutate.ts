import type { Random } from '@tsarank/random';

/** Values that lengths, counts and offsets go wrong with. */
const EDGES = [
  0n,
  1n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x7fffffffn,
  0xffffffffn,
  2n ** 53n,
  2n ** 60n,
  2n ** 63n - 1n,
  2n ** 64n - 1n,
];

/** One way to damage a file. `other` is another file of any kind. */
type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const mutations: Readonly<Record<string, Mutation>> = {
  'flip bits': (bytes, random) => {
    for (let count = [1, 1, 1, 8][random.nextInt(4)]!; count > 0 && bytes.length > 0; count -= 1) {
      const at = place(bytes, random);
      bytes[at] = bytes[at]! ^ (1 << random.nextInt(8));
    }
    return bytes;
  },
  'random bytes': (bytes, random) => {
    for (let count = 1 + random.nextInt(4); count > 0 && bytes.length > 0; count -= 1)
      bytes[place(bytes, random)] = random.nextInt(256);
    return bytes;
  },
  truncate: (bytes, random) => bytes.subarray(0, place(bytes, random)),
  splice: (bytes, random, other) => {
    const from = random.nextInt(other.length);
    const piece = other.subarray(from, from + 1 + random.nextInt(64));
    const at = place(bytes, random);
    const replaced = random.nextInt(2) * piece.length;
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at + replaced)]);
  },
  repeat: (bytes, random) => {
    const at = place(bytes, random);
    const piece = bytes.subarray(at, at + 1 + random.nextInt(32));
    return Buffer.concat([
      bytes.subarray(0, at),
      ...Array.from({ length: 1 + random.nextInt(200) }, () => piece),
      bytes.subarray(at),
    ]);
  },
  remove: (bytes, random) => {
    const at = place(bytes, random);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.nextInt(32))]);
  },
  'edit a length': (bytes, random) => {
    const width = [1, 2, 4, 8][random.nextInt(4)]!;
    if (bytes.length < width) return bytes;
    const at = Math.min(place(bytes, random), bytes.length - width);
    const value = EDGES[random.nextInt(EDGES.length)]! + BigInt(random.nextInt(3) - 1);
    const field = Buffer.alloc(8);
    field.writeBigUInt64LE(BigInt.asUintN(64, value));
    field.copy(bytes, at, 0, width);
    return bytes;
  },
  'edit a number': (bytes, random) => {
    const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)];
    const found = numbers[random.nextInt(Math.max(1, numbers.length))];
    if (!found) return bytes;
    const value = [
      '-1',
      '1e999',
      '9007199254740993',
      '1152921504606846976',
      '[[[]]]',
      '{}',
      'null',
      '"x"',
      String(random.nextInt(1000)),
    ];
    const text = value[random.nextInt(value.length)]!;
    return Buffer.concat([
      bytes.subarray(0, found.index),
      Buffer.from(text),
      bytes.subarray(found.index + found[0].length),
    ]);
  },
  'swap a word': (bytes, random) => {
    const words = [...bytes.toString('latin1').matchAll(/[\w.]+/g)];
    if (words.length < 2) return bytes;
    const [found, other] = [words[random.nextInt(words.length)]!, words[random.nextInt(words.length)]!];
    return Buffer.concat([
      bytes.subarray(0, found.index),
      Buffer.from(other[0], 'latin1'),
      bytes.subarray(found.index + found[0].length),
    ]);
  },
  'nest deeply': (bytes, random) => {
    const at = place(bytes, random);
    const [open, close] = random.nextInt(2) === 0 ? ['[', ']'] : ['{"a":', '}'];
    const depth = 1 + random.nextInt(20_000);
    const nested = Buffer.from(open.repeat(depth) + (random.nextInt(2) === 0 ? `1${close.repeat(depth)}` : ''));
    return Buffer.concat([bytes.subarray(0, at), nested, bytes.subarray(at)]);
  },
};

/** A copy of a file with one to three things done to it, and what they were. */
export function mutate(bytes: Buffer, random: Random, other: Buffer): { bytes: Buffer; how: string } {
  const names = Object.keys(mutations);
  const how: string[] = [];
  let changed = Buffer.from(bytes);
  // One change is most likely to leave the rest readable.
  for (let count = [1, 1, 1, 2, 3][random.nextInt(5)]!; count > 0; count -= 1) {
    const name = names[random.nextInt(names.length)]!;
    changed = Buffer.from(mutations[name]!(changed, random, other));
    how.push(name);
  }
  return { bytes: changed, how: how.join(', ') };
}

/** Half of the damage is near the beginning or the end, where headers and directories are. */
function place(bytes: Buffer, random: Random): number {
  if (bytes.length === 0) return 0;
  const near = Math.min(bytes.length, 512);
  const where = random.nextInt(4);
  if (where === 0) return random.nextInt(near);
  if (where === 1) return bytes.length - 1 - random.nextInt(near);
  return random.nextInt(bytes.length);
}
