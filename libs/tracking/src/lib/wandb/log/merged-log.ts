import { cpSync, existsSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeDirectory } from '@tsarank/io';
import type { ArtifactRecord, Record as LogRecord } from './generated/wandb-log_pb';
import { contentsOf, readWandbLog, type WandbLog } from './read-wandb-log';
import { toItems } from './record-items';
import type { WandbLogPlace } from './log-folder';
import { createWandbLog, type RecordKind } from './log-writer';

/** An attempt's log with its place. */
export interface ReadAttempt extends WandbLogPlace {
  log: WandbLog;
}

export const readAttempt = (place: WandbLogPlace): ReadAttempt => ({ ...place, log: readWandbLog(place.file) });

/** Exit code of an attempt that was killed; what the official client reports for a log without an end. */
const KILLED = 1;

/**
 * Whether the client uploads a run's logs right as they are: one attempt, which has ended, with everything that the log
 * points to in its place. Current clients put the rows of a second attempt behind those of the first though they replace
 * some of them, older ones put them over the first, and none marks a torn log as uploaded.
 */
export function isWhole(attempts: readonly ReadAttempt[]): boolean {
  const [
    {
      log: { records, tail },
    },
  ] = attempts as [ReadAttempt];
  const missing = artifactsOf(records)
    .flatMap(({ manifest }) => manifest?.contents ?? [])
    .some(({ localPath }) => !existsSync(localPath));
  return attempts.length === 1 && tail === 'whole' && contentsOf(records).exitCode !== undefined && !missing;
}

/**
 * Writes a run's attempts, oldest first, as one log that any client uploads whole: rows by their place, later attempts
 * over earlier ones; all lines of the console; the last attempt's description, summary and end. A run that has no end
 * gets one that says it failed.
 *
 * @param dir Where its folder is made, replacing one of a former call.
 * @param fromRow Leave out the rows before this one: those that the server has already.
 * @returns The folder.
 */
export function writeWholeLog(attempts: readonly ReadAttempt[], dir: string, fromRow = 0): string {
  const [first] = attempts as [ReadAttempt];
  const folder = join(dir, basename(first.folder));
  rmSync(folder, { recursive: true, force: true });
  makeDirectory(join(folder, 'files'));
  for (const attempt of attempts) {
    const files = join(attempt.folder, 'files');
    if (existsSync(files)) cpSync(files, join(folder, 'files'), { recursive: true });
  }
  const log = createWandbLog(join(folder, basename(first.file)));
  try {
    log.append(
      ...beginningKinds(attempts),
      ...mergedRows(attempts)
        .slice(fromRow)
        .filter((row) => row !== undefined),
      ...endKinds(attempts),
    );
  } finally {
    log.close();
  }
  return folder;
}

/** All but rows, summary and end. */
export function beginningKinds(attempts: readonly ReadAttempt[]): RecordKind[] {
  const records = attempts.flatMap(({ log }) => log.records);
  const runs = only(records, 'run');
  const artifacts = attempts.flatMap(({ folder, log }) =>
    artifactsOf(log.records).map((artifact): RecordKind => ({ case: 'artifact', value: foundAgain(artifact, folder) })),
  );
  return [
    { case: 'run', value: { ...runs.at(-1)!.value, startingStep: 0n, startTime: runs[0]!.value.startTime } },
    ...only(attempts.at(-1)!.log.records, 'metric'),
    ...only(records, 'config'),
    ...only(records, 'files'),
    ...artifacts,
    ...only(records, 'outputRaw'),
  ];
}

/** Rows by their place. */
export function mergedRows(attempts: readonly ReadAttempt[]): RecordKind[] {
  const rows: RecordKind[] = [];
  for (const { log } of attempts) {
    const { startingStep } = contentsOf(log.records);
    only(log.records, 'history').forEach((row, index) => (rows[startingStep + index] = row));
  }
  return rows;
}

function endKinds(attempts: readonly ReadAttempt[]): RecordKind[] {
  const summary = Object.assign({}, ...attempts.map(({ log }) => contentsOf(log.records).summary)) as Record<
    string,
    unknown
  >;
  const { exitCode } = contentsOf(attempts.at(-1)!.log.records);
  const runtime = Math.round(Number(summary['_runtime'] ?? 0));
  return [
    { case: 'summary', value: { update: toItems(summary) } },
    { case: 'exit', value: { exitCode: exitCode ?? KILLED, runtime } },
    { case: 'final', value: {} },
  ];
}

/** An artifact whose files are where its log now lies, should that have been moved. */
function foundAgain(artifact: ArtifactRecord, folder: string): ArtifactRecord {
  const manifest = artifact.manifest!;
  const contents = manifest.contents.map((entry) => {
    const beside = resolve(folder, 'artifacts', entry.path);
    return existsSync(beside) ? { ...entry, localPath: beside } : entry;
  });
  return { ...artifact, manifest: { ...manifest, contents } };
}

type Kind = LogRecord['kind'];

const only = <Case extends Kind['case']>(records: readonly LogRecord[], name: Case): Extract<Kind, { case: Case }>[] =>
  records.flatMap(({ kind }) => (kind.case === name ? [kind as Extract<Kind, { case: Case }>] : []));

const artifactsOf = (records: readonly LogRecord[]): ArtifactRecord[] =>
  only(records, 'artifact').map(({ value }) => value);

/** The folder, beside the logs, that whole logs are written to. */
export const wholeLogsDir = (place: WandbLogPlace): string => join(dirname(place.folder), 'merged');
