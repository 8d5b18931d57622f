import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkError } from '@tsarank/io';
import { compileBinding, findNodeHeaders } from './compile-binding';
import { cachedBindingFile, findBinding, packageBindingFile, packageDirectory } from './binding-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binding-'));
  mkdirSync(join(folder, 'package', 'binding'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const options = () => ({
  packageDirectory: join(folder, 'package'),
  libraryDirectory: join(folder, 'library'),
  bindingFile: join(folder, 'out', 'tfjs_binding.node'),
  nodeHeaders: folder,
});

it('a compiler that is missing is named, with the way to get it', async () => {
  await expect(compileBinding({ ...options(), compiler: 'no-such-compiler' })).rejects.toThrow(
    'the C++ compiler no-such-compiler is missing (Debian and Ubuntu: apt-get install g++)',
  );
});

it("a compiler's complaint is passed on and leaves no file", async () => {
  const compiler = join(folder, 'failing');
  writeFileSync(compiler, '#!/bin/sh\necho "x.cc:1: error: broken" >&2\nexit 1\n', { mode: 0o755 });
  await expect(compileBinding({ ...options(), compiler })).rejects.toThrow(/failed:\nx.cc:1: error: broken/);
  expect(readdirSync(join(folder, 'out'))).toEqual([]);
});

it("Node's headers are looked for beside the executable, and their absence is named", () => {
  mkdirSync(join(folder, 'include', 'node'), { recursive: true });
  writeFileSync(join(folder, 'include', 'node', 'node_api.h'), '');
  expect(findNodeHeaders(join(folder, 'bin', 'node'))).toBe(join(folder, 'include', 'node'));
  if (!existsSync('/usr/include/node/node_api.h') && !existsSync('/usr/include/nodejs/src/node_api.h'))
    expect(() => findNodeHeaders('/nowhere/bin/node')).toThrow(WorkError);
});

it("the package's own binding comes before the cache's, and neither is undefined", () => {
  const name = '@tensorflow/tfjs-node';
  const directory = packageDirectory(name);
  if (directory === undefined) return; // an optional dependency that was left out
  const cached = cachedBindingFile(folder, name, directory);
  const own = existsSync(packageBindingFile(directory));
  expect(findBinding(name, folder)).toBe(own ? packageBindingFile(directory) : undefined);
  mkdirSync(join(cached, '..'), { recursive: true });
  writeFileSync(cached, '');
  expect(findBinding(name, folder)).toBe(own ? packageBindingFile(directory) : cached);
  expect(packageDirectory('@tensorflow/tfjs-node-gpu')).toBeUndefined();
});
