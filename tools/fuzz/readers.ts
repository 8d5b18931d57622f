import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { InputError } from '@tsarank/io';
import {
  openAdapterFolder,
  openFolderWeights,
  openGguf,
  openSafetensors,
  openSharded,
  openShardedSafetensors,
  openTorchFile,
} from '@tsarank/model/containers';
import type { TensorSource } from '@tsarank/model/containers';
import { tokenizerFromGguf } from '@tsarank/tokenizer';
import { storedZip } from './stored-zip';
import type { FuzzedReader } from './fuzzed-reader';
import { tokenizerReaders } from './tokenizer-readers';

const reference = resolve(__dirname, '../../test/reference');

const seed = (...names: string[]) => names.map((name) => readFileSync(join(reference, name)));

/** Opens, and reads every tensor: those that are no floats are refused one by one. */
function readAll(source: TensorSource): void {
  try {
    for (const name of source.entries.keys()) {
      try {
        source.read(name);
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
      }
    }
  } finally {
    source.close();
  }
}

/** The header of a safetensors file, without its length. */
function headerOf(bytes: Buffer): Buffer {
  return bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE()));
}

/** The pickle of a PyTorch file: from its protocol to its STOP, before the entry's data descriptor. */
function pickleOf(bytes: Buffer): Buffer {
  return bytes.subarray(bytes.indexOf(Buffer.from([0x80, 2])), 1 + bytes.indexOf('.PK\x07\x08', 0, 'latin1'));
}

const [viewsSafetensors, viewsBin] = seed('bin-views/expected.safetensors', 'bin-views/pytorch_model.bin') as [
  Buffer,
  Buffer,
];

export const readers: readonly FuzzedReader[] = [
  {
    name: 'safetensors',
    seeds: seed(
      'bin-views/expected.safetensors',
      'gguf-blocks/expected.safetensors',
      'llama-sharded-bf16/model-00001-of-00002.safetensors',
    ),
    file: 'model.safetensors',
    beside: [],
    read: (_, file) => readAll(openSafetensors(file)),
  },
  {
    name: 'safetensors header',
    seeds: [headerOf(viewsSafetensors)],
    wrap: (header) => {
      const length = Buffer.alloc(8);
      length.writeBigUInt64LE(BigInt(header.length));
      return Buffer.concat([length, header, viewsSafetensors.subarray(8 + headerOf(viewsSafetensors).length)]);
    },
    file: 'model.safetensors',
    beside: [],
    read: (_, file) => readAll(openSafetensors(file)),
  },
  {
    name: 'safetensors index',
    seeds: seed('llama-sharded-bf16/model.safetensors.index.json'),
    file: 'model.safetensors.index.json',
    beside: [
      'llama-sharded-bf16/model-00001-of-00002.safetensors',
      'llama-sharded-bf16/model-00002-of-00002.safetensors',
    ],
    read: (_, file) => readAll(openShardedSafetensors(file)),
  },
  {
    name: 'pytorch_model.bin',
    seeds: seed('bin-views/pytorch_model.bin', 'bin-llama-sharded-bf16/pytorch_model-00001-of-00002.bin'),
    file: 'pytorch_model.bin',
    beside: [],
    read: (folder) => readAll(openFolderWeights(folder)),
  },
  {
    name: 'bin before 1.6',
    seeds: seed('bin-old/pytorch_model.bin'),
    file: 'pytorch_model.bin',
    beside: [],
    read: (_, file) => readAll(openTorchFile(file)),
  },
  {
    name: 'pickle',
    seeds: [pickleOf(viewsBin)],
    wrap: (pickle) => {
      const storages = Array.from({ length: 16 }, (_, key) => [`a/data/${key}`, Buffer.alloc(480)] as const);
      return storedZip(new Map([['a/data.pkl', pickle], ...storages]));
    },
    file: 'pytorch_model.bin',
    beside: [],
    read: (_, file) => readAll(openTorchFile(file)),
  },
  {
    name: 'bin index',
    seeds: seed('bin-llama-sharded-bf16/pytorch_model.bin.index.json'),
    file: 'pytorch_model.bin.index.json',
    beside: [
      'bin-llama-sharded-bf16/pytorch_model-00001-of-00002.bin',
      'bin-llama-sharded-bf16/pytorch_model-00002-of-00002.bin',
    ],
    read: (_, file) => readAll(openSharded(file, openTorchFile)),
  },
  {
    name: 'GGUF',
    seeds: seed('gguf-blocks/blocks.gguf', 'llama-tied/model.gguf'),
    file: 'model.gguf',
    beside: [],
    read: (_, file) => readAll(openGguf(file)),
  },
  {
    name: 'GGUF tokenizer',
    seeds: seed('llama-tied/model.gguf'),
    file: 'model.gguf',
    beside: [],
    read: (_, file) => {
      const source = openGguf(file);
      source.close();
      tokenizerFromGguf(source.metadata, file).encode('a cat 12');
    },
  },
  {
    name: 'adapter config',
    seeds: seed('lora-gpt2/adapter_config.json', 'lora-llama-patterns/adapter_config.json'),
    file: 'adapter_config.json',
    beside: ['lora-gpt2/adapter_model.bin'],
    read: (folder) => readAll(openAdapterFolder(folder).weights),
  },
  {
    name: 'adapter weights',
    seeds: seed('lora-gpt2/adapter_model.bin'),
    file: 'adapter_model.bin',
    beside: ['lora-gpt2/adapter_config.json'],
    read: (folder) => readAll(openAdapterFolder(folder).weights),
  },
  ...tokenizerReaders,
];

/** A folder for a reader, with what lies beside its file. */
export function prepareFolder(root: string, index: number): string {
  const folder = join(root, String(index));
  mkdirSync(folder, { recursive: true });
  for (const file of readers[index]!.beside) copyFileSync(join(reference, file), join(folder, basename(file)));
  return folder;
}
