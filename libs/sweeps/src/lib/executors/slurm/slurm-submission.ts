import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedRun } from '@tsarank/ablation';
import { InputError, makeDirectory, readJson, WorkError, writeFileAtomic } from '@tsarank/io';
import { runFolder } from '@tsarank/runs';
import { isUnreachable, type ProgramResult, type RunProgram } from './slurm-program';
import { OUT_OF_TIME, slurmScript } from './slurm-script';
import { slurmTasks, taskKey, type SlurmTask } from './slurm-tasks';

/** A run as an array task; what `job.json` holds. */
export interface SlurmJob {
  runId: string;
  /** Of its submission, never used twice; also Slurm's job name. */
  name: string;
  /** Its index in the array. */
  task: number;
  /** `123_4`; unknown while Slurm has not said it. */
  id?: string;
  cluster?: string;
}

export interface SlurmSubmission {
  runsDir: string;
  command: readonly string[];
  /** Tasks of the array at a time. */
  slots?: number;
  /** More options of `sbatch`. */
  sbatch: Readonly<Record<string, string>>;
  run: RunProgram;
  /** Milliseconds before a controller that did not answer is asked again. */
  pauseMs: number;
}

/** Times that a controller is asked that does not answer. */
const TRIES = 20;

/** Where a submission's script and manifest lie. */
export function submissionFolder(runsDir: string, name: string): string {
  return path.join(path.resolve(runsDir), '.slurm', name);
}

/**
 * Submits runs as one array. Each run's `job.json` names the submission before it is made, so that a runner killed at
 * any moment leaves nothing that can't be found again.
 *
 * @throws {InputError} when `sbatch` refuses it.
 * @throws {WorkError} when Slurm does not answer.
 */
export async function submitArray(runs: readonly PlannedRun[], submission: SlurmSubmission): Promise<SlurmJob[]> {
  const { runsDir, slots, sbatch } = submission;
  const name = `tsarank-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}-${randomBytes(3).toString('hex')}`;
  const folder = submissionFolder(runsDir, name);
  const jobs = runs.map(({ runId }, task): SlurmJob => ({ runId, name, task }));
  writeSubmission(runs, folder, submission);
  jobs.forEach((job) => writeJob(runsDir, job));
  const limit = slots === undefined ? '' : `%${slots}`;
  const args = [
    '--parsable',
    `--array=0-${runs.length - 1}${limit}`,
    `--job-name=${name}`,
    '--requeue',
    `--signal=${OUT_OF_TIME}`,
    // Links to the runs' own logs, so that Slurm's last words are there too.
    `--output=${folder.replaceAll('%', '%%')}/logs/%a`,
    '--open-mode=append',
    ...Object.entries(sbatch).map(([key, value]) => (value === '' ? `--${key}` : `--${key}=${value}`)),
    path.join(folder, 'array.sh'),
  ];
  const [array, cluster] = await sbatchOnce(args, name, folder, submission);
  const submitted = jobs.map((job): SlurmJob => ({
    ...job,
    id: `${array}_${job.task}`,
    ...(cluster ? { cluster } : {}),
  }));
  submitted.forEach((job) => writeJob(runsDir, job));
  return submitted;
}

function writeSubmission(runs: readonly PlannedRun[], folder: string, { runsDir, command }: SlurmSubmission): void {
  const folders = runs.map(({ runId }) => runFolder(path.resolve(runsDir), runId));
  try {
    makeDirectory(path.join(folder, 'ends'));
    mkdirSync(path.join(folder, 'logs'));
    folders.forEach(({ log }, task) => symlinkSync(log, path.join(folder, 'logs', String(task))));
  } catch (error) {
    throw new InputError({ file: folder, message: `can't be written (${(error as Error).message})` });
  }
  const lines = folders.map(({ planned }) => `${planned}\t${path.resolve(runsDir)}\n`);
  writeFileAtomic(path.join(folder, 'manifest.tsv'), lines.join(''));
  writeFileAtomic(path.join(folder, 'array.sh'), slurmScript({ folder, cwd: process.cwd(), command }));
}

/** A controller that did not answer may have taken the array nevertheless: it is asked for its name before it is sent again. */
async function sbatchOnce(
  args: readonly string[],
  name: string,
  folder: string,
  { run, pauseMs }: SlurmSubmission,
): Promise<string[]> {
  let answer: ProgramResult | undefined;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const tasks = answer === undefined ? new Map<string, SlurmTask>() : await slurmTasks(run);
    if (tasks instanceof Map) {
      const heard = tasks.get(taskKey({ name, task: 0 }));
      if (heard) return [heard.id.split('_')[0]!];
      answer = await run('sbatch', args);
      if (answer.code === 0) return answer.stdout.trim().split('\n').at(-1)!.split(';');
      if (!isUnreachable(answer)) {
        rmSync(folder, { recursive: true, force: true });
        throw new InputError({ field: '--executor slurm', message: `sbatch refuses it (${answer.stderr.trim()})` });
      }
    }
    await sleep(pauseMs);
  }
  throw new WorkError(`Slurm does not answer (${answer!.stderr.trim()}); the same command goes on`);
}

function writeJob(runsDir: string, { runId, name, task, id, cluster }: SlurmJob): void {
  const job = { executor: 'slurm', name, task, ...(id ? { job: id } : {}), ...(cluster ? { cluster } : {}) };
  writeFileAtomic(runFolder(runsDir, runId).job, `${JSON.stringify(job)}\n`);
}

/** The task that an earlier runner has submitted a run as; undefined when none has, or nothing readable says so. */
export function readSlurmJob(runsDir: string, runId: string): SlurmJob | undefined {
  try {
    const {
      executor,
      name,
      task,
      job: id,
      cluster,
    } = readJson(runFolder(runsDir, runId).job) as Record<string, unknown>;
    if (executor !== 'slurm' || typeof name !== 'string' || typeof task !== 'number') return undefined;
    return {
      runId,
      name,
      task,
      ...(typeof id === 'string' ? { id } : {}),
      ...(typeof cluster === 'string' ? { cluster } : {}),
    };
  } catch {
    return undefined;
  }
}
