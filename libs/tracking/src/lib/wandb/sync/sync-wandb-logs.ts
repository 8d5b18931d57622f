import { existsSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { acquireLock, type Lock } from '@tsarank/io';
import { runClient, type ClientOptions } from './run-client';
import { wandbLogs, type WandbLogPlace } from '../log/log-folder';
import { contentsOf } from '../log/read-wandb-log';
import { serverRowCount, wandbServerAccess, type WandbServerAccess } from '../server';
import { isWhole, readAttempt, wholeLogsDir, writeWholeLog, type ReadAttempt } from '../log/merged-log';

export interface SyncResult {
  /** Logs that are uploaded now and were not before. */
  uploaded: WandbLogPlace[];
  failed: { folder: string; why: string }[];
}

/** Folders a client is given at once, well below what a command line holds. */
const AT_ONCE = 100;
const MARK = '.synced';
/** Left in a log's folder by the live mirror. */
export const MIRRORED = '.mirrored';

/**
 * Uploads logs by the official client (`wandb sync`). Whether a run is up there is judged by the mark that the client
 * leaves beside the log, not by its exit code. Logs that have the mark are passed over; those of one run go up together,
 * as one log without gaps or doubles (`writeWholeLog`), also when an attempt was killed: the run then shows as failed,
 * unless a later attempt ended well. Logs that a live process writes are left for later.
 *
 * @param logs `wandbLogs(dir)`, or some of it: a run is taken with all its attempts.
 */
export async function syncWandbLogs(logs: readonly WandbLogPlace[], options: ClientOptions): Promise<SyncResult> {
  const result: SyncResult = { uploaded: [], failed: [] };
  const runs = runsOf(logs).filter((attempts) => !attempts.every(hasMark));
  const server = { access: wandbServerAccess(options.env), appends: runs.length > 0 && (await appendsRows(options)) };
  const uploads = (await Promise.all(runs.map((attempts) => prepare(attempts, server, result)))).flat();
  for (let from = 0; from < uploads.length; from += AT_ONCE) {
    const batch = uploads.slice(from, from + AT_ONCE);
    const [
      {
        attempts: [place],
      },
    ] = batch as [Upload];
    // Older clients print the folders that they were given, so these are found again in what they say.
    const lines = await runClient(
      ['sync', ...batch.map(({ folder }) => folder)],
      resolve(dirname(dirname(place!.folder))),
      options,
    );
    for (const upload of batch) settle(upload, lines, result);
  }
  return result;
}

interface Upload {
  /** What the client is given. */
  folder: string;
  attempts: WandbLogPlace[];
  locks: Lock[];
}

interface Server {
  access: WandbServerAccess | undefined;
  /** Whether the client puts the rows of a log behind those that the server has; else it puts them over these. */
  appends: boolean;
}

/** So does the client whose `sync` knows a dry run (0.31 does, 0.24 does not). */
async function appendsRows(options: ClientOptions): Promise<boolean> {
  const help = await runClient(['sync', '--help'], undefined, { client: options.client, env: options.env });
  return help.some((line) => line.includes('--dry-run'));
}

/** Locks a run's logs and makes them uploadable; nothing, with the reason in `result`, when that can't be done. */
async function prepare(attempts: WandbLogPlace[], server: Server, result: SyncResult): Promise<Upload[]> {
  const locks: Lock[] = [];
  try {
    for (const { folder } of attempts) locks.push(acquireLock(folder));
    const read = attempts.map(readAttempt).filter(({ log }) => log.records.some(({ kind }) => kind.case === 'run'));
    if (read.length === 0) throw new Error('holds no run: its writer was killed at once');
    const known = server.appends ? await knownRows(read, server.access) : 0;
    const folder = isWhole(read) && known === 0 ? read[0]!.folder : writeWholeLog(read, wholeLogsDir(read[0]!), known);
    return [{ folder: resolve(folder), attempts, locks }];
  } catch (error) {
    locks.forEach((lock) => lock.release());
    for (const { folder } of attempts) result.failed.push({ folder, why: (error as Error).message });
    return [];
  }
}

/** Rows that the server has of a run. Without an answer, none, unless a client has had one of the logs before. */
async function knownRows(attempts: readonly ReadAttempt[], access: WandbServerAccess | undefined): Promise<number> {
  try {
    if (access === undefined) throw new Error('there is no WANDB_API_KEY to ask how many rows the server has');
    return await serverRowCount(access, contentsOf(attempts.at(-1)!.log.records).run!);
  } catch (error) {
    if (
      attempts.some(({ folder, file }) =>
        [`${file}${MARK}`, `${file}.syncstate`, join(folder, MIRRORED)].some((mark) => existsSync(mark)),
      )
    )
      throw error;
    return 0;
  }
}

function settle({ folder, attempts, locks }: Upload, lines: readonly string[], { uploaded, failed }: SyncResult): void {
  const merged = resolve(attempts[0]!.folder) !== folder;
  const places = attempts.filter((place) => !hasMark(place) || !merged);
  const done = existsSync(`${folder}/run-${attempts[0]!.runId}.wandb${MARK}`);
  try {
    if (done && merged) for (const { file } of attempts) writeFileSync(`${file}${MARK}`, '');
    if (done) uploaded.push(...places.map((place) => ({ ...place, synced: true })));
    else failed.push(...places.map((place) => ({ folder: place.folder, why: reason(attempts[0]!.runId, lines) })));
  } catch (error) {
    failed.push(...places.map((place) => ({ folder: place.folder, why: (error as Error).message })));
  } finally {
    if (merged) removeMerged(folder);
    locks.forEach((lock) => lock.release());
  }
}

function removeMerged(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(dirname(folder));
  } catch {
    // Other runs' logs are still in there.
  }
}

/** What the client said of a run, or else what it said last. */
function reason(runId: string, lines: readonly string[]): string {
  const complaints = lines.filter((line) => /error|fail|warn/i.test(line));
  const own = complaints.filter((line) => line.includes(runId));
  const said = own.length > 0 ? own : complaints.length > 0 ? complaints : lines;
  return said.slice(-3).join('\n') || 'the client left no mark and said nothing';
}

const hasMark = ({ file }: WandbLogPlace): boolean => existsSync(`${file}${MARK}`);

/** All attempts of each run of these logs, in their order. */
function runsOf(logs: readonly WandbLogPlace[]): WandbLogPlace[][] {
  const runs = new Map(
    logs.map(({ folder, runId }) => [`${dirname(folder)}\n${runId}`, { dir: dirname(folder), runId }]),
  );
  return [...runs.values()].map(({ dir, runId }) => wandbLogs(dir).filter((log) => log.runId === runId));
}
