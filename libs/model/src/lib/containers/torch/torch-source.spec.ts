import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import { selectEngine, tf } from '@tsarank/tensor';
import { loadModel } from '../../loading/load-model';
import { openSafetensors } from '../safetensors/safetensors-reader';
import { openTorchFile } from './torch-source';

const reference = resolve(__dirname, '../../../../../../test/reference');
const views = join(reference, 'bin-views/pytorch_model.bin');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'torch-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The file of views with bytes changed; lengths stay as they are. */
function changed(change: (bytes: Buffer) => Buffer | void): string {
  const bytes = Buffer.from(readFileSync(views));
  const file = join(folder, 'x.bin');
  writeFileSync(file, change(bytes) ?? bytes);
  return file;
}

function replaced(from: string, to: string): (bytes: Buffer) => void {
  return (bytes) => {
    const at = bytes.indexOf(from);
    expect(at).toBeGreaterThan(0);
    bytes.write(to, at, 'latin1');
  };
}

/** A ZIP file of stored entries, without checksums; with `wide`, sizes and places stand in the fields of ZIP64. */
function storedZip(entries: ReadonlyMap<string, Buffer>, wide = false): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, bytes] of entries) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50);
    local.writeUInt32LE(bytes.length, 18);
    local.writeUInt32LE(bytes.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50);
    central.writeUInt32LE(bytes.length, 20);
    central.writeUInt32LE(bytes.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name), bytes);
    const extra = Buffer.alloc(wide ? 4 + 24 : 0);
    if (wide) {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(24, 2);
      [bytes.length, bytes.length, at].forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
      [20, 24, 42].forEach((field) => central.writeUInt32LE(0xffffffff, field));
      central.writeUInt16LE(extra.length, 30);
    }
    directory.push(central, Buffer.from(name), extra);
    at += 30 + name.length + bytes.length;
  }
  const names = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(entries.size, 10);
  end.writeUInt32LE(names.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, names, end]);
}

describe('pytorch_model.bin', () => {
  it('gives the numbers that torch gives, of views, shared storages and every float format', () => {
    const source = openTorchFile(views);
    const expected = openSafetensors(join(reference, 'bin-views/expected.safetensors'));
    expect(expected.entries.size).toBe(15);
    for (const [name, { shape, dtype }] of expected.entries) {
      expect(source.entries.get(name)).toMatchObject({ shape, dtype });
      expect([name, source.read(name)]).toEqual([name, expected.read(name)]);
    }
    source.close();
    expected.close();
  });

  it('lists integers and reads none', () => {
    const source = openTorchFile(views);
    expect(source.entries.get('ids')).toMatchObject({ dtype: 'I64', shape: [2, 3] });
    expect(() => source.read('ids')).toThrow(/tensor "ids" has dtype I64/);
    expect(() => source.read('none')).toThrow(/has no tensor "none"/);
    source.close();
  });

  it.each<[string, (bytes: Buffer) => Buffer | void, RegExp]>([
    [
      'a forbidden global',
      replaced('ctorch._utils\n_rebuild_tensor_v2\n', 'cposix\nsystem\n'),
      /asks for "posix\.system", which is not allowed/,
    ],
    ['a builtin', replaced('ctorch\nFloatStorage\n', 'cbuiltins\nevalxxx\n'), /asks for "builtins\.evalxxx"/],
    [
      'a global named as a property of objects',
      replaced('ctorch\nFloatStorage\n', 'c__proto__\ntoString\n'),
      /"__proto__\.toString"/,
    ],
    ['an unknown opcode', replaced('ctorch\nFloatStorage\n', '\x8c'), /opcode 0x8c/],
    ['a stack that runs dry', replaced('ctorch\nFloatStorage\n', 'RRRRRRRRRR'), /malformed at byte/],
    ['a memo never written', replaced('ctorch\nFloatStorage\n', 'h\xff'), /malformed at byte/],
    [
      'a string longer than the pickle',
      (bytes) => void bytes.writeUInt32LE(0x7fffffff, bytes.indexOf('X\x05\0\0\0whole') + 1),
      /ends in the middle/,
    ],
    [
      'a view beyond its storage',
      replaced('K\x05K\x04K\x03', 'K\x06K\x04K\x03'),
      /shape \[6,4,3\].*in a storage of 60 numbers/,
    ],
    ['a view that repeats numbers', replaced('K\x0cK\x03K\x01', 'K\x00K\x00K\x00'), /repeats stored numbers/],
    ['a storage larger than its bytes', replaced('K<tq', 'K=tq'), /storage "0" has 240 bytes, too few for 61/],
    [
      'a compressed entry',
      (bytes) => void bytes.writeUInt16LE(8, bytes.indexOf('PK\x01\x02') + 10),
      /"[\w-]+\/data\.pkl" is compressed \(method 8\)/,
    ],
    ['an encrypted entry', (bytes) => void bytes.writeUInt16LE(1, bytes.indexOf('PK\x01\x02') + 8), /is encrypted/],
    [
      'a zip bomb',
      (bytes) => void bytes.fill(0xfe, bytes.indexOf('PK\x01\x02') + 20, bytes.indexOf('PK\x01\x02') + 28),
      /reaches into the next entry/,
    ],
    [
      'entries that share bytes',
      (bytes) => void bytes.writeUInt32LE(0, bytes.indexOf('PK\x01\x02', bytes.indexOf('PK\x01\x02') + 4) + 42),
      /reaches into the next/,
    ],
    [
      'an absurd count of entries',
      (bytes) => void bytes.writeBigUInt64LE(2n ** 62n, bytes.indexOf('PK\x06\x06') + 32),
      /names \d+ entries in a ZIP directory/,
    ],
    [
      'an absurd place of the directory',
      (bytes) => void bytes.writeBigUInt64LE(2n ** 63n, bytes.indexOf('PK\x06\x06') + 48),
      /beyond the end/,
    ],
    [
      'an absurd size of the directory',
      (bytes) => void bytes.writeBigUInt64LE(2n ** 40n, bytes.indexOf('PK\x06\x06') + 40),
      /beyond the end/,
    ],
    ['a file cut in its data', (bytes) => bytes.subarray(0, 3000), /a ZIP file without its directory/],
    ['an empty file', () => Buffer.alloc(0), /not a PyTorch file/],
    ['another file', () => Buffer.from('{"not": "a model"}'), /not a PyTorch file/],
    ['a big-endian file', replaced('little', '   big'), /big-endian/],
  ])('refuses %s', (_, change, message) => {
    const file = changed(change);
    expect(() => openTorchFile(file)).toThrow(message);
    expect(() => openTorchFile(file)).toThrow(InputError);
  });

  /** A file of one pickle, in the container that PyTorch writes. */
  function withPickle(...parts: (string | Buffer)[]): string {
    const pickle = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
    const file = join(folder, 'p.bin');
    writeFileSync(file, storedZip(new Map([['a/data.pkl', pickle]])));
    return file;
  }

  it.each<[string, () => string, RegExp]>([
    [
      'more dicts than a checkpoint has',
      () => withPickle('\x80\x02', Buffer.alloc(1 << 20, '}'), '.'),
      /more dicts than/,
    ],
    ['a pickle larger than any', () => withPickle(Buffer.alloc((16 << 20) + 1, 'N')), /a pickle of 16777217 bytes/],
    ['more steps than a checkpoint takes', () => withPickle(Buffer.alloc(5 << 20, 'N')), /more than 4000000 steps/],
    [
      'an OrderedDict of a list, which could be copied without end',
      () => withPickle('\x80\x02ccollections\nOrderedDict\n]\x85R.'),
      /OrderedDict/,
    ],
    ['something other than a dict', () => withPickle('\x80\x02].'), /does not hold a state dict/],
    ['a dict of something other than tensors', () => withPickle('\x80\x02}X\x01\0\0\0aK\x01s.'), /"a" is not a tensor/],
    ['a later protocol', () => withPickle('\x80\x04}.'), /protocol 4, expected 2/],
    ['a dict that holds itself', () => withPickle('\x80\x02}q\0X\x01\0\0\0ah\0s.'), /"a" is not a tensor/],
    ['a call of a number', () => withPickle('\x80\x02K\x01)R.'), /malformed/],
    ['a storage that is called', () => withPickle('\x80\x02ctorch\nFloatStorage\n)R.'), /calls torch\.FloatStorage/],
    [
      'a storage that is not there',
      () => withPickle('\x80\x02(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ.'),
      /lacks the storage "0"/,
    ],
  ])('refuses %s', (_, make, message) => {
    const file = make();
    expect(() => openTorchFile(file)).toThrow(message);
    expect(() => openTorchFile(file)).toThrow(InputError);
  });

  it.each([false, true])('reads an empty state dict and its ZIP64 fields: %s', (wide) => {
    const file = join(folder, 'wide.bin');
    writeFileSync(
      file,
      storedZip(
        new Map([
          ['first', Buffer.from('x')],
          ['a/data.pkl', Buffer.from('\x80\x02}.', 'latin1')],
        ]),
        wide,
      ),
    );
    const source = openTorchFile(file);
    expect(source.entries.size).toBe(0);
    source.close();
  });
});

describe('a file of the time before PyTorch 1.6', () => {
  const old = readFileSync(join(reference, 'bin-old/pytorch_model.bin'));
  const written = (bytes: Buffer): string => {
    const file = join(folder, 'old.bin');
    writeFileSync(file, bytes);
    return file;
  };
  // Its end: the count of the numbers in 8 bytes, two numbers of 4.
  const countAt = old.length - 16;
  const edited = (edit: (bytes: Buffer) => void) => {
    const bytes = Buffer.from(old);
    edit(bytes);
    return written(bytes);
  };
  const swapped = (from: string, to: string) =>
    edited((bytes) => void bytes.write(to, bytes.indexOf(from, 0, 'latin1'), 'latin1'));

  it('is read like one of today', () => {
    const source = openTorchFile(written(old));
    expect([...source.entries].map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([['a', 'F32', [2]]]);
    expect([...source.read('a')]).toEqual([1, 1]);
    source.close();
  });

  it.each<[string, () => string, RegExp]>([
    ['cut in its numbers', () => written(old.subarray(0, -1)), /truncated: storage "\d+" ends at byte/],
    ['cut in its counts', () => written(old.subarray(0, countAt + 3)), /truncated: the size of a storage/],
    ['cut in its pickles', () => written(old.subarray(0, 40)), /its pickle ends in the middle/],
    [
      'of another count',
      () => edited((bytes) => bytes.writeInt8(3, countAt)),
      /has 3 numbers, its tensors say 2; damaged/,
    ],
    [
      'of a count beyond counting',
      () => edited((bytes) => bytes.fill(0x7f, countAt, countAt + 8)),
      /has \d+ numbers, its tensors say 2/,
    ],
    ['of another protocol', () => swapped('M\xe9\x03', 'M\xe8\x03'), /has the protocol 1000, expected 1001/],
    ['of a big-endian machine', () => swapped('\x88', '\x89'), /big-endian machine/],
    [
      'that asks for a function',
      () => swapped('ctorch._utils\n_rebuild_tensor_v2', 'ctorch._utils\n_rebuild_tensor_v3'),
      /_rebuild_tensor_v3.*not allowed/,
    ],
  ])('is refused %s', (_, make, message) => {
    const file = make();
    expect(() => openTorchFile(file)).toThrow(message);
    expect(() => openTorchFile(file)).toThrow(InputError);
  });
});

describe('a folder with pytorch_model.bin', () => {
  beforeAll(() => selectEngine('cpu'));

  it.each([
    ['llama-tied', ['pytorch_model.bin']],
    [
      'llama-sharded-bf16',
      ['pytorch_model.bin.index.json', 'pytorch_model-00001-of-00002.bin', 'pytorch_model-00002-of-00002.bin'],
    ],
  ])('gives the weights and logits of the safetensors of %s', async (name, files) => {
    const copy = join(folder, name);
    cpSync(join(reference, name), copy, {
      recursive: true,
      filter: (path) => !/\.(safetensors|gguf)$|index\.json$/.test(path),
    });
    for (const file of files) cpSync(join(reference, `bin-${name}`, file), join(copy, file));
    const expected = await loadModel(join(reference, name));
    const found = await loadModel(copy);
    expect([...found.model.weights.keys()]).toEqual([...expected.model.weights.keys()]);
    for (const [key, weight] of expected.model.weights)
      expect(found.model.weights.get(key)!.dataSync()).toEqual(weight.dataSync());
    const [logits, wanted] = [found, expected].map(({ model }) =>
      tf.tidy(() =>
        model
          .logits(model.hiddenStates(tf.tensor2d([[5, 9, 77]], undefined, 'int32'), tf.ones([1, 3])).reshape([3, 16]))
          .dataSync(),
      ),
    );
    expect(logits).toEqual(wanted);
    found.model.dispose();
    expected.model.dispose();
  });

  it('prefers safetensors, and says what it looks for where there is neither', async () => {
    const copy = join(folder, 'both');
    cpSync(join(reference, 'llama-tied'), copy, { recursive: true });
    writeFileSync(join(copy, 'pytorch_model.bin'), 'never opened');
    (await loadModel(copy)).model.dispose();
    rmSync(join(copy, 'model.safetensors'));
    await expect(loadModel(copy)).rejects.toThrow(/pytorch_model\.bin: not a PyTorch file/);
    rmSync(join(copy, 'pytorch_model.bin'));
    await expect(loadModel(copy)).rejects.toThrow(/both: has no weights, expected model\.safetensors or/);
  });

  it('refuses an index that leads out of the folder', async () => {
    const copy = join(folder, 'out');
    cpSync(join(reference, 'llama-tied'), copy, { recursive: true, filter: (path) => !path.endsWith('.safetensors') });
    writeFileSync(join(copy, 'pytorch_model.bin.index.json'), JSON.stringify({ weight_map: { a: '../../x' } }));
    await expect(loadModel(copy)).rejects.toThrow(/found "\.\.\/\.\.\/x", expected a file name without a path/);
  });
});
