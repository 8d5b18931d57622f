import { existsSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import type { RunRecord } from '@tsarank/config';
import type { HubSettings } from '@tsarank/hub';
import { WorkError } from '@tsarank/io';
import type { LoadModelOptions } from '@tsarank/model';
import { modelFilesHash } from '../inputs/content-hashes';
import { fetchedModelPath } from '../inputs/model-path';
import { readRecord, runFolder } from '../run-folder';
import type { RunProgress } from '../run-progress';
import type { RunLog } from '../tracking/run-log';

/** What a kind of run finds. */
export type StageResult = Required<Pick<RunRecord, 'result' | 'timings'>>;

export interface StageOptions {
  runsDir: string;
  report: (progress: RunProgress) => void;
  checkpointSeconds: number;
  signal: AbortSignal;
  runLog: RunLog;
  hub?: () => HubSettings;
}

/**
 * Where the model lies that a run starts from or scores with: its parent's, which is what that run left, or the base model.
 *
 * @throws {WorkError} when the parent is not done, or its model is not there as it was.
 */
export async function startingPlace(planned: PlannedRun, options: StageOptions): Promise<string> {
  const { parent } = planned;
  if (parent === undefined) return basePlace(planned, options);
  const record = readRecord(options.runsDir, parent);
  if (record?.status !== 'done') throw new WorkError(`run ${parent}, whose model this one needs, is not done`);
  const { model } = runFolder(options.runsDir, parent);
  if (existsSync(model) && modelFilesHash(model) === record.result?.modelHash) return model;
  throw new WorkError(`${model}: not the model that run ${parent} left; the same command makes it again`);
}

/** Where the base model lies; a published one that this machine's cache lacks is fetched. */
function basePlace({ config }: PlannedRun, { hub, report }: StageOptions): Promise<string> {
  return fetchedModelPath(config.model, hub, {
    log: console.log,
    onProgress: (done, total) => report({ phase: 'load', done, total }),
  });
}

/** Loading of smaller models is over before anyone could read of it. */
const SHOWN_BYTES = 2 ** 28;

export function loadProgress({ report }: StageOptions): LoadModelOptions {
  return { onProgress: (done, total) => (total < SHOWN_BYTES ? undefined : report({ phase: 'load', done, total })) };
}
