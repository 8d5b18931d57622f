/** A runner in a process of its own: `sweep.ts REDIS QUEUE FOLDER RUNS`. */
import { bullmqExecutor, runSweep } from '@tsarank/sweeps';
import { countingPlan } from './plan';

const [redis, queue, runsDir, runs] = process.argv.slice(2) as [string, string, string, string];
void runSweep(countingPlan(Number(runs)), { runsDir, executor: bullmqExecutor({ redis, queue, slots: 8 }) });
