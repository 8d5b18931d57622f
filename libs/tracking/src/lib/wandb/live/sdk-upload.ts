import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WorkError } from '@tsarank/io';
import { earlierRows } from '../log/earlier-rows';
import type { Record as LogRecord } from '../log/generated/wandb-log_pb';
import { isBeingWritten, LogTail } from '../log/log-tail';
import { contentsOf, type WandbLogContents } from '../log/read-wandb-log';
import { fromItems } from '../log/record-items';
import { askWandb, serverRowCount, type WandbServerAccess } from '../server';
import { wandbLogs } from '../log/log-folder';

const LOOK_MS = 500;
/** Rows must have arrived this long after they were handed over: the SDK sends every 2 to 30 s, and once only. */
const ARRIVAL_MS = 60_000;

/** The part of `@wandb/sdk` that is used. */
interface Sdk {
  init(
    options: Record<string, unknown>,
  ): Promise<{ log(row: Record<string, unknown>, step: number): void; finish(code: number): Promise<void> }>;
}

/**
 * Follows a log with `@wandb/sdk` until the run ends; for machines without the official client. It sends the rows and the
 * exit code; the run's group, job type, tags and notes, which the SDK drops, are told to the server directly. The process
 * is the SDK's alone: it ends it when the server fails.
 *
 * @throws {WorkError} when the SDK is not installed, the log holds no run, or rows did not arrive.
 */
export async function uploadBySdk(folder: string, access: WandbServerAccess): Promise<void> {
  const place = wandbLogs(dirname(folder)).find((log) => basename(log.folder) === basename(folder));
  if (!place) throw new WorkError(`${folder} holds no log`);
  const tail = new LogTail(place.file);
  const records: LogRecord[] = tail.next();
  const { run, config, startingStep } = contentsOf(records);
  if (!run) throw new WorkError(`${place.file} holds no run`);

  const sdk = await loadSdk();
  const { project, entity, runId, name } = run;
  const settings = { ...access, silent: true };
  const upload = await sdk.init({ id: runId, project, ...(entity ? { entity } : {}), name, config, settings });
  await describe(access, run, config);

  let handed = 0;
  const send = (row: Record<string, unknown>): void => {
    upload.log({ ...row }, Number(row['_step'] ?? handed));
    handed += 1;
  };
  earlierRows(dirname(folder), runId, startingStep).forEach(send);
  let arrived = { rows: 0, at: performance.now() };
  for (let fresh = records, written = true; ; written = isBeingWritten(folder), fresh = tail.next()) {
    for (const { kind } of fresh) {
      if (kind.case === 'history') send(fromItems(kind.value.item));
      if (kind.case === 'exit') {
        await upload.finish(kind.value.exitCode);
        return checkArrival(access, run, handed);
      }
    }
    if (!written) return; // Killed: its next attempt goes on, or a sync says that it failed.
    await sleep(LOOK_MS);
    if (performance.now() - arrived.at < ARRIVAL_MS / 4) continue;
    const rows = await serverRowCount(access, run);
    if (rows > arrived.rows || rows >= handed) arrived = { rows, at: performance.now() };
    else if (performance.now() - arrived.at > ARRIVAL_MS)
      throw new WorkError(`${runId}: the server has ${rows} of ${handed} rows`);
  }
}

async function loadSdk(): Promise<Sdk> {
  try {
    return ((await import('@wandb/sdk')) as { wandb: Sdk }).wandb;
  } catch (error) {
    throw new WorkError(`@wandb/sdk can't be loaded (${(error as Error).message}); install it or the official client`);
  }
}

const DESCRIBE = `mutation UpsertBucket($name: String, $project: String, $entity: String, $groupName: String, $jobType: String,
  $displayName: String, $notes: String, $tags: [String!], $config: JSONString) {
  upsertBucket(input: { name: $name, modelName: $project, entityName: $entity, groupName: $groupName, jobType: $jobType,
    displayName: $displayName, notes: $notes, tags: $tags, config: $config }) { bucket { id } }
}`;

/** What the SDK leaves out, and the configuration in the form that the official client gives it. */
async function describe(
  access: WandbServerAccess,
  run: NonNullable<WandbLogContents['run']>,
  config: Record<string, unknown>,
): Promise<void> {
  const wrapped = Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }]));
  await askWandb(access, DESCRIBE, {
    name: run.runId,
    project: run.project,
    ...(run.entity ? { entity: run.entity } : {}),
    groupName: run.group,
    jobType: run.jobType,
    displayName: run.name,
    notes: run.notes,
    tags: run.tags,
    config: JSON.stringify(wrapped),
  });
}

async function checkArrival(
  access: WandbServerAccess,
  run: NonNullable<WandbLogContents['run']>,
  handed: number,
): Promise<void> {
  const rows = await serverRowCount(access, run);
  if (rows < handed) throw new WorkError(`${run.runId}: the server has ${rows} of ${handed} rows`);
}
