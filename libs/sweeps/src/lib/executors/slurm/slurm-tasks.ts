import { userInfo } from 'node:os';
import type { ProgramResult, RunProgram } from './slurm-program';

/** An array task as Slurm knows it now. */
export interface SlurmTask {
  /** `123_4`. */
  id: string;
  /** In capitals: `PENDING`, `RUNNING`, `COMPLETED`, ... */
  state: string;
  reason: string;
}

/** Slurm forgets ended tasks after a while (MinJobAge); states that are none of these are on their way. */
const ENDED = new Set([
  'BOOT_FAIL',
  'CANCELLED',
  'COMPLETED',
  'DEADLINE',
  'FAILED',
  'LAUNCH_FAILED',
  'NODE_FAIL',
  'OUT_OF_MEMORY',
  'PREEMPTED',
  'REVOKED',
  'TIMEOUT',
]);
const WAITING = new Set([
  'CONFIGURING',
  'PENDING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
]);

export const hasEnded = ({ state }: SlurmTask): boolean => ENDED.has(state);
export const isWaiting = ({ state }: SlurmTask): boolean => WAITING.has(state);

/** How a task is looked up: names of submissions are never used twice, while Slurm's numbers start again. */
export const taskKey = ({ name, task }: { name: string; task: number }): string => `${name} ${task}`;

/** The command that asks for all of the user's tasks at once; columns by letter, for the default ones differ by version. */
const SQUEUE = ['-h', '-r', '-t', 'all', '-u', String(userInfo().uid), '-o', '%j|%K|%F|%T|%r'];

/** Every array task of this user that Slurm still knows, by name and index; or its answer where it gave none. */
export async function slurmTasks(run: RunProgram): Promise<Map<string, SlurmTask> | ProgramResult> {
  const answer = await run('squeue', SQUEUE);
  if (answer.code !== 0) return answer;
  const tasks = new Map<string, SlurmTask>();
  for (const line of answer.stdout.split('\n')) {
    const [name, index, array, state, reason = ''] = line.trim().split('|');
    if (state === undefined || !/^\d+$/.test(index!)) continue;
    tasks.set(taskKey({ name: name!, task: Number(index) }), { id: `${array}_${index}`, state, reason });
  }
  return tasks;
}
