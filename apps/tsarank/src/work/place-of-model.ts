import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { InputError } from '@tsarank/io';
import type { Progress } from '@tsarank/io';
import type { Log } from '../log';
import { SMOLLM2, smollm2Folder } from './smollm2';

/**
 * Where a model named `hf:` lies, fetched as far as it isn't there, or `smollm2` where it was fetched; undefined for other names.
 *
 * @throws {InputError} when there is no such model, or it may not be read.
 * @throws {WorkError} when it can't be had.
 */
export async function placeOfModel(name: string, log: Log): Promise<string | undefined> {
  if (name === SMOLLM2) {
    if (existsSync(smollm2Folder())) return smollm2Folder();
    throw new InputError({
      field: 'model',
      message: `${SMOLLM2} isn't here yet; \`tsarank fetch ${SMOLLM2}\` fetches it (93 MB)`,
    });
  }
  const { fetchModel, hubSettings, isHubName } = require('@tsarank/hub') as typeof import('@tsarank/hub');
  if (!isHubName(name)) return undefined;
  let progress: Progress | undefined;
  const place = await fetchModel(name, {
    settings: hubSettings(process.env, homedir()),
    log: log.info,
    onProgress: (done, total) => {
      progress ??= log.progress('bytes', total);
      progress.update(done);
    },
  });
  progress?.finish();
  log.debug(`${name} is ${place}`);
  return place;
}
