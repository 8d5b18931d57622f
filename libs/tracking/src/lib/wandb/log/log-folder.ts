import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, makeDirectory } from '@tsarank/io';

/** A log below a `wandb` folder. */
export interface WandbLogPlace {
  /** `<dir>/offline-run-YYYYMMDD_HHMMSS-<runId>` */
  folder: string;
  /** `<folder>/run-<runId>.wandb` */
  file: string;
  runId: string;
  /** When its attempt began: milliseconds since 1970, in whole seconds. Attempts of one run have different ones. */
  startedMs: number;
  /** Whether the official client has marked it as uploaded. */
  synced: boolean;
}

const FOLDER = /^offline-run-(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)-(.+)$/;

/**
 * The logs below a `wandb` folder, oldest first, so that attempts of one run stand in their order. A folder that is
 * missing has none.
 */
export function wandbLogs(dir: string): WandbLogPlace[] {
  return namesIn(dir)
    .flatMap((name) => {
      const match = FOLDER.exec(name);
      if (!match) return [];
      const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const runId = match[7]!;
      const folder = join(dir, name);
      const file = join(folder, logName(runId));
      if (!existsSync(file)) return [];
      const startedMs = Date.UTC(year, month - 1, day, hour, minute, second);
      return [{ folder, file, runId, startedMs, synced: existsSync(`${file}.synced`) }];
    })
    .sort((a, b) => a.startedMs - b.startedMs || (a.runId < b.runId ? -1 : 1));
}

/**
 * Makes the folder of a run's next attempt, with `files/` in it. Its name sorts behind those of earlier attempts, also
 * where the clock was set back in between.
 *
 * @throws {InputError} on an id that can't be part of a file name.
 */
export function makeAttemptFolder(
  dir: string,
  runId: string,
  nowMs: number,
): Pick<WandbLogPlace, 'folder' | 'file' | 'startedMs'> {
  if (!/^[\w.-]+$/.test(runId)) {
    throw new InputError({
      field: 'runId',
      found: JSON.stringify(runId),
      expected: 'letters, digits, "-", "_" and "."',
    });
  }
  makeDirectory(dir);
  const earlier = wandbLogs(dir)
    .filter((log) => log.runId === runId)
    .map(({ startedMs }) => startedMs);
  let startedMs = Math.max(Math.floor(nowMs / 1000) * 1000, ...earlier.map((stamp) => stamp + 1000));
  for (;;) {
    const folder = join(dir, `offline-run-${stampOf(startedMs)}-${runId}`);
    try {
      mkdirSync(folder);
      mkdirSync(join(folder, 'files'));
      return { folder, file: join(folder, logName(runId)), startedMs };
    } catch (error) {
      // A folder without a log in it, or another process that begins the same run.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      startedMs += 1000;
    }
  }
}

const logName = (runId: string): string => `run-${runId}.wandb`;

function stampOf(ms: number): string {
  const [date, time] = new Date(ms).toISOString().slice(0, 19).split('T') as [string, string];
  return `${date.replaceAll('-', '')}_${time.replaceAll(':', '')}`;
}

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
