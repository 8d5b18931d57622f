import { renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { acquireLock, makeDirectory, WorkError } from '@tsarank/io';
import { compileBinding } from './compile-binding';
import type { CompileBindingOptions } from './compile-binding';
import { fetchLibrary } from './fetch-library';
import type { FetchLibraryOptions } from './fetch-library';
import {
  cachedBindingFile,
  defaultCacheDirectory,
  findBinding,
  packageBindingFile,
  packageDirectory,
} from './binding-files';
import { installPrebuilt } from './prebuilt-binding';
import { lastLines, runProgram } from './run-program';
import { wheelFor } from '../wheels/wheel';

const packageName = '@tensorflow/tfjs-node';
const proofScript = resolve(__dirname, '..', '..', '..', 'native', 'prove-binding.cjs');

export interface InstallNativeOptions
  extends
    Pick<FetchLibraryOptions, 'indexUrl' | 'log' | 'onProgress'>,
    Pick<CompileBindingOptions, 'compiler' | 'nodeHeaders'> {
  /** Where downloads and builds are kept. Default `~/.cache/tsarank`. */
  cacheDirectory?: string;
  /** Build even if a working binding is there, and don't ask for the prebuilt one. */
  rebuild?: boolean;
}

export interface NativeInstallation {
  bindingFile: string;
  /** Of libtensorflow. */
  version: string;
  /** Matrix product in float32, 1024 x 1024, measured in a process of its own. */
  gflops: number;
}

/**
 * Provides the TensorFlow engine: a binding that works already, else the package's prebuilt one, else one compiled
 * against the library of the Python wheel. Nothing is replaced before the new binding has computed a right product,
 * so a failure leaves every other engine as it was.
 *
 * @throws {WorkError} saying what is missing: the npm package, the network, a compiler, Node's headers.
 */
export async function installNative(options: InstallNativeOptions): Promise<NativeInstallation> {
  const { log, cacheDirectory = defaultCacheDirectory(), rebuild = false } = options;
  const directory = packageDirectory(packageName);
  if (directory === undefined)
    throw new WorkError(`the npm package ${packageName} is not installed (npm ci without --omit=optional brings it)`);
  makeDirectory(cacheDirectory);
  const lock = acquireLock(cacheDirectory);
  try {
    const ready = rebuild ? undefined : await alreadyThere(directory, cacheDirectory, log);
    if (ready !== undefined) return ready;
    return await build(directory, cacheDirectory, options);
  } finally {
    lock.release();
  }
}

async function alreadyThere(
  directory: string,
  cacheDirectory: string,
  log: (line: string) => void,
): Promise<NativeInstallation | undefined> {
  const present = findBinding(packageName, cacheDirectory);
  if (present !== undefined) {
    const proof = await prove(directory, present);
    if (typeof proof !== 'string') {
      if (present !== packageBindingFile(directory)) linkIntoPackage(present, directory, log);
      log(`a working binding is there: ${present}`);
      return proof;
    }
    log(`the binding ${present} does not work (${proof})`);
  }
  log("asking for the package's own prebuilt binding");
  const failure = await installPrebuilt(directory);
  if (failure !== undefined) {
    log(`not available: ${failure}`);
    return undefined;
  }
  const proof = await prove(directory, packageBindingFile(directory));
  if (typeof proof !== 'string') return proof;
  log(`the prebuilt binding does not work here (${proof})`);
  rmSync(packageBindingFile(directory), { force: true });
  return undefined;
}

async function build(
  directory: string,
  cacheDirectory: string,
  options: InstallNativeOptions,
): Promise<NativeInstallation> {
  const { log } = options;
  const libraryDirectory = await fetchLibrary({ ...options, wheel: wheelFor(), cacheDirectory });
  const bindingFile = cachedBindingFile(cacheDirectory, packageName, directory);
  log(`compiling ${packageName}'s binding`);
  await compileBinding({ ...options, packageDirectory: directory, libraryDirectory, bindingFile });
  const proof = await prove(directory, bindingFile);
  if (typeof proof === 'string') {
    rmSync(bindingFile, { force: true });
    throw new WorkError(`the compiled binding does not work: ${proof}`);
  }
  linkIntoPackage(bindingFile, directory, log);
  return proof;
}

/** So that the package works outside this program too; the engine itself finds the cache without the link. */
function linkIntoPackage(bindingFile: string, directory: string, log: (line: string) => void): void {
  const place = packageBindingFile(directory);
  try {
    makeDirectory(dirname(place));
    const link = `${place}.${process.pid}.part`;
    symlinkSync(bindingFile, link);
    renameSync(link, place);
  } catch (error) {
    log(`${place} can't be written (${(error as Error).message}); the binding is used from the cache`);
  }
}

/** A right product computed by the binding in a process of its own, or why there is none. */
async function prove(directory: string, bindingFile: string): Promise<NativeInstallation | string> {
  const { status, stdout, stderr } = await runProgram(process.execPath, [proofScript, directory, bindingFile], {
    timeoutMs: 120_000,
  });
  if (status !== 0) return lastLines(stderr.replace(/\n\s+at .*|\nNode\.js v.*/g, ''), 1);
  return { bindingFile, ...(JSON.parse(stdout) as { version: string; gflops: number }) };
}
