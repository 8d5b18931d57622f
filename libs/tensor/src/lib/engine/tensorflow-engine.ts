import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { defaultCacheDirectory, findBinding, packageDirectory } from '../native/binding-files';
import type { NativePackage } from '../native/binding-files';
import { EngineUnavailable } from './engine-name';
import type { EngineOptions } from './engine-name';

/** The parts of NodeJSKernelBackend used here (tfjs-node 4.22, nodejs_kernel_backend.ts). */
interface TensorflowBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_Version: string };
}

let loaded: { name: NativePackage; backend: TensorflowBackend } | undefined;

/**
 * Loads the TensorFlow engine without a word on the console.
 *
 * Both packages register their backend as `tensorflow`, so the first one loaded serves the process.
 *
 * @param device `gpu` asks for tfjs-node-gpu and a device that it can use.
 * @returns the version of libtensorflow.
 * @throws {EngineUnavailable} saying what is missing.
 */
export function loadTensorflow(device: 'cpu' | 'gpu', options: EngineOptions = {}): string {
  if (loaded === undefined) {
    const name: NativePackage = device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node';
    loaded = { name, backend: loadPackage(name, options) };
  }
  if (device === 'gpu' && loaded.name !== '@tensorflow/tfjs-node-gpu')
    throw new EngineUnavailable(
      packageDirectory('@tensorflow/tfjs-node-gpu') === undefined
        ? notInstalled('@tensorflow/tfjs-node-gpu')
        : 'the CPU package is loaded already in this process',
    );
  if (device === 'gpu' && !loaded.backend.isUsingGpuDevice)
    throw new EngineUnavailable('TensorFlow found no GPU that it can use (driver, CUDA libraries)');
  return loaded.backend.binding.TF_Version;
}

function loadPackage(name: NativePackage, { cacheDirectory, threads }: EngineOptions): TensorflowBackend {
  const directory = packageDirectory(name);
  if (directory === undefined) throw new EngineUnavailable(notInstalled(name));
  const bindingFile = findBinding(name, cacheDirectory ?? defaultCacheDirectory());
  if (bindingFile === undefined)
    throw new EngineUnavailable(
      name === '@tensorflow/tfjs-node'
        ? `${name} has no binding yet (npx nx run native makes it)`
        : `${name} has no binding, and npx nx run native makes none for it`,
    );

  tellLibrary(threads);
  supplyRemovedFunctions();
  const active = activeBackend();
  try {
    quietly(bindingFile, () => withBindingAt(bindingFile, directory, () => require(name) as unknown));
  } catch (error) {
    throw new EngineUnavailable(`${bindingFile} can't be loaded: ${firstLine(error)}`);
  }
  const backend = tf.findBackend('tensorflow') as unknown as TensorflowBackend;
  if (active !== undefined) void tf.setBackend(active); // the package makes itself active when loaded
  return backend;
}

/** Of Node's `util` the package calls what Node 22 warns of and Node 23 took away. */
function supplyRemovedFunctions(): void {
  const util = require('node:util') as { isNullOrUndefined?: unknown; isArray?: unknown };
  util.isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  util.isArray = Array.isArray;
}

/** The package asks node-pre-gyp for its binding; for the time of loading the answer is the file found. */
function withBindingAt<T>(bindingFile: string, directory: string, load: () => T): T {
  const locator = require(require.resolve('@mapbox/node-pre-gyp/lib/pre-binding', { paths: [directory] })) as {
    find: (packageJson: string) => string;
  };
  const { find } = locator;
  locator.find = (packageJson) => (packageJson === join(directory, 'package.json') ? bindingFile : find(packageJson));
  try {
    return load();
  } finally {
    locator.find = find;
  }
}

/** The library's banner comes from its static initialisers; the small addon built beside the binding keeps it away. */
function quietly<T>(bindingFile: string, load: () => T): T {
  const addon = join(dirname(realpathSync(bindingFile)), 'quiet.node');
  if (!existsSync(addon)) return load();
  const { mute, unmute } = require(addon) as { mute: () => void; unmute: () => void };
  mute();
  try {
    return load();
  } finally {
    unmute();
  }
}

/**
 * libtensorflow takes its log level and thread count from the process's environment alone, when it is first used;
 * settings of the user's own stay.
 */
function tellLibrary(threads: number | undefined): void {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'; // errors only: no banner
  if (threads === undefined) return;
  for (const setting of ['TF_NUM_INTRAOP_THREADS', 'OMP_NUM_THREADS']) process.env[setting] ??= String(threads);
}

function activeBackend(): string | undefined {
  return (tf.engine() as unknown as { backendName?: string | null }).backendName ?? undefined;
}

function notInstalled(name: NativePackage): string {
  return `the npm package ${name} is not installed`;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}
