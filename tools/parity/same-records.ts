/**
 * Compares the records of two folders of runs, timings aside: byte for byte, run by run.
 *
 *   npx tsx tools/parity/same-records.ts RUNS OTHER_RUNS
 *
 * Stage-one models are compared too. Exits with 1 if anything differs or is on one side alone.
 */
import { differingRuns, runIdsOf } from './compare-records';

const [first, second] = process.argv.slice(2);
if (first === undefined || second === undefined) throw new Error('two folders of runs are needed');
const all = runIdsOf(first, second);
const different = differingRuns(first, second);
process.stdout.write(
  `${all.length} runs, ${different.length} differ${different.length > 0 ? `: ${different.join(', ')}` : ''}\n`,
);
process.exitCode = different.length > 0 || all.length === 0 ? 1 : 0;
