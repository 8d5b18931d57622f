import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { InputError, makeDirectory, sha256File } from '@tsarank/io';

const FOLDERS = ['apps', 'libs'];
const ROOT_FILES = ['package.json', 'tsconfig.json', 'tsconfig.base.json'];
/** Neither executed nor read by a run. */
const NOT_RUN = /^(node_modules|dist|coverage)$|^\.|\.spec\.ts$|\.md$/;

/** The folder of all copies, in the folder of all runs. */
export const FROZEN_CODE = '.code';

interface Source {
  /** Below the workspace. */
  name: string;
  bytes: Buffer;
}

/**
 * A copy of the sources that runs execute, so that a run waiting in a queue does what was submitted, whatever happens to
 * the working tree meanwhile. Equal sources share a copy, which is made whole or not at all. The copy's `node_modules`
 * holds links: to the copied libraries, and to the workspace's own packages, which are not frozen; the copy's name says
 * which `package-lock.json` it was made with.
 *
 * @param root The workspace: `apps/`, `libs/`, `node_modules/`.
 * @param into Folder of all copies.
 * @returns The copy's root, `<into>/<hash of the sources>-<hash of package-lock.json>`.
 * @throws {InputError} when a copy can't be written.
 */
export function freezeCode(root: string, into: string): string {
  const sources = [...FOLDERS.flatMap((folder) => sourcesBelow(root, folder)), ...sourcesNamed(root, ROOT_FILES)];
  const copy = path.resolve(into, `${hashOf(sources)}-${lockHash(root)}`);
  if (existsSync(copy)) return copy;
  let temporary: string | undefined;
  try {
    makeDirectory(into);
    temporary = mkdtempSync(path.join(into, '.part-'));
    for (const { name, bytes } of sources) {
      makeDirectory(path.dirname(path.join(temporary, name)));
      writeFileSync(path.join(temporary, name), bytes);
    }
    linkPackages(root, temporary);
    renameSync(temporary, copy);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (existsSync(copy)) return copy;
    throw new InputError({ file: copy, message: `the code can't be copied (${(error as Error).message})` });
  } finally {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true });
  }
  return copy;
}

function sourcesBelow(root: string, folder: string): Source[] {
  const at = path.join(root, folder);
  if (!existsSync(at)) return [];
  const entries = readdirSync(at, { withFileTypes: true }).filter(({ name }) => !NOT_RUN.test(name));
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = path.join(folder, entry.name);
      if (entry.isDirectory()) return sourcesBelow(root, name);
      return entry.isFile() ? sourcesNamed(root, [name]) : [];
    });
}

function sourcesNamed(root: string, names: readonly string[]): Source[] {
  return names
    .filter((name) => existsSync(path.join(root, name)))
    .map((name) => ({ name, bytes: readFileSync(path.join(root, name)) }));
}

function hashOf(sources: readonly Source[]): string {
  const hash = createHash('sha256');
  for (const { name, bytes } of sources) hash.update(`${name} ${bytes.length}\n`).update(bytes);
  return hash.digest('hex').slice(0, 16);
}

function lockHash(root: string): string {
  const file = path.join(root, 'package-lock.json');
  return existsSync(file) ? sha256File(file).slice(0, 8) : 'no-lock';
}

/** Links every package of the workspace into the copy; those that the workspace links to its own folders lead to the copied ones. */
function linkPackages(root: string, copy: string): void {
  const workspace = realpathSync(root);
  const packages = path.join(workspace, 'node_modules');
  const link = (name: string): void => {
    const place = path.join(copy, 'node_modules', name);
    const target = realpathSync(path.join(packages, name));
    const own = path.relative(workspace, target);
    const isCopied = FOLDERS.some((folder) => own.startsWith(folder + path.sep));
    // Relative, for the copy is renamed once it is whole.
    symlinkSync(isCopied ? path.relative(path.dirname(place), path.join(copy, own)) : target, place);
  };
  for (const name of namesIn(packages)) {
    const isScope = name.startsWith('@');
    makeDirectory(path.join(copy, 'node_modules', isScope ? name : ''));
    (isScope ? namesIn(path.join(packages, name)).map((inner) => path.join(name, inner)) : [name]).forEach(link);
  }
  // Versions that a library has to itself.
  for (const member of FOLDERS.flatMap((folder) =>
    namesIn(path.join(workspace, folder)).map((name) => path.join(folder, name)),
  )) {
    const nested = path.join(workspace, member, 'node_modules');
    if (existsSync(nested)) symlinkSync(nested, path.join(copy, member, 'node_modules'));
  }
}

function namesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => !name.startsWith('.')) : [];
}
