import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { download, makeDirectory, sha256File, WorkError } from '@tsarank/io';
import type { DownloadOptions } from '@tsarank/io';
import { lastLines, runProgram } from '../native/run-program';
import { wheelUrl } from './wheel';
import type { Wheel } from './wheel';

export interface FetchWheelOptions {
  wheel: Wheel;
  /** A package index's `simple` root; default: the user's pip setting, else the public index. */
  indexUrl?: string;
  log: (line: string) => void;
  onProgress?: DownloadOptions['onProgress'];
}

/**
 * Straight from the index, which can be resumed; through pip where only pip knows the way (proxies, credentials).
 *
 * @throws {WorkError} when the wheel can't be had, or has another hash.
 */
export async function fetchWheel(file: string, { wheel, indexUrl, log, onProgress }: FetchWheelOptions): Promise<void> {
  const python = await findPython();
  try {
    const index = indexUrl ?? (python === undefined ? undefined : await pipIndex(python));
    if (index === undefined) throw new WorkError('no Python package index is known');
    const url = await wheelUrl(wheel, index);
    log(`downloading ${wheel.fileName} (about ${wheel.megabytes} MB)`);
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
        ...['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '-q'],
        ...(wheel.platformTag === 'any' ? [] : platformOptions(wheel.platformTag)),
        ...['-d', folder, `${wheel.project}==${wheel.version}`],
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

/** As the file's name has it, whatever Python asks. */
function platformOptions(platform: string): string[] {
  return ['--python-version', '312', '--abi', 'cp312', '--implementation', 'cp', '--platform', platform];
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
