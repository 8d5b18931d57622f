import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The npm packages that hold the sources of the binding. */
export type NativePackage = '@tensorflow/tfjs-node' | '@tensorflow/tfjs-node-gpu';

/** `~/.cache/tsarank`: downloads and what was built from them, shared by every checkout. */
export function defaultCacheDirectory(): string {
  return join(homedir(), '.cache', 'tsarank');
}

/** The installed package's folder; undefined when it is not installed. */
export function packageDirectory(name: NativePackage): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** Where the package itself looks for its binding: the highest Node-API version both sides know. */
export function packageBindingFile(directory: string): string {
  return join(directory, 'lib', 'napi-v8', 'tfjs_binding.node');
}

/** Where `installNative` keeps a binding for this package, version and platform. */
export function cachedBindingFile(cacheDirectory: string, name: NativePackage, directory: string): string {
  const { version } = require(join(directory, 'package.json')) as { version: string };
  const build = `${name.replace('@tensorflow/', '')}-${version}-${process.platform}-${process.arch}`;
  return join(cacheDirectory, 'bindings', build, 'tfjs_binding.node');
}

/** The binding to load: the package's own if it has one, else the cache's; undefined when there is neither. */
export function findBinding(name: NativePackage, cacheDirectory: string): string | undefined {
  const directory = packageDirectory(name);
  if (directory === undefined) return undefined;
  return [packageBindingFile(directory), cachedBindingFile(cacheDirectory, name, directory)].find((file) =>
    existsSync(file),
  );
}
