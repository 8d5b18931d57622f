import { existsSync } from 'node:fs';
import type { PlannedRun } from '@tsarank/ablation';
import { evaluationSets } from '@tsarank/config';
import { readJson } from '@tsarank/io';
import { wandbTracker, type Tracker } from '@tsarank/tracking';
import { runFolder } from '../run-folder';
import { teeConsole, type ConsoleLine } from './console-lines';
import type { RunLog, TrackedStep } from './run-log';
import { resultSummary } from './result-summary';
import { trackedRun, type TrackingRequest } from './tracked-run';

/** Where a run's log goes, and behind which rows. */
export interface ShownRun {
  run: PlannedRun;
  dir: string;
  /** Rows that stand before this one's: steps of stage two, then a row for each test set. */
  firstStep: number;
}

/**
 * The run that trackers show a run as: itself; for scores of a fine-tuned model, the run that made it, as one more attempt
 * with a row for each test set behind those of its training.
 */
export function shownRun(run: PlannedRun, runsDir: string): ShownRun {
  const own = { run, dir: runFolder(runsDir, run.runId).wandb };
  if (!run.set) return { ...own, firstStep: 0 };
  const at = evaluationSets(run.config).findIndex(({ name }) => name === run.set!.name);
  const { planned, wandb } = runFolder(runsDir, run.shownUnder ?? run.runId);
  if (run.shownUnder === undefined || !existsSync(planned)) return { ...own, firstStep: 0 };
  const shown = readJson(planned) as PlannedRun;
  const steps = shown.kind === 'finetune' ? shown.config.finetune!.steps : 0;
  return { run: shown, dir: wandb, firstStep: steps + at };
}

/**
 * Writes a run's W&B log. It is opened at the first step, when it is known where an earlier attempt left off;
 * console lines printed before are kept until then.
 *
 * @param options.printed What was printed; default: what this process prints from now on.
 */
export function wandbRunLog(
  shown: ShownRun,
  request: TrackingRequest,
  { printed }: { printed?: readonly ConsoleLine[] } = {},
): RunLog {
  let startingStep = shown.firstStep;
  let opened: Tracker | undefined;
  const early: ConsoleLine[] = [...(printed ?? [])];
  const take = (line: ConsoleLine): void => void (opened ? opened.console(line.text, line.stream) : early.push(line));
  const untee = printed ? () => undefined : teeConsole(take);
  const tracker = (): Tracker => {
    if (opened) return opened;
    const onTrouble = (message: string): void => void process.stderr.write(`tracking: ${message}\n`);
    opened = wandbTracker(shown.dir, trackedRun(shown.run, request, startingStep), {
      onTrouble,
      elapsedMs: () => performance.now(),
    });
    for (const { text, stream } of early.splice(0)) opened.console(text, stream);
    return opened;
  };
  return {
    resume: (steps) => (startingStep = steps),
    step: (step) => tracker().log(step.step, rowOf(step)),
    result: (record) => {
      const summary = resultSummary(record);
      const numbers = Object.entries(summary).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      );
      const evaluated = numbers.filter(([name]) => /^(eval|perplexity)\//.test(name));
      if (evaluated.length > 0) tracker().log(shown.firstStep, Object.fromEntries(evaluated));
      const error = record.error ? { error: `${record.error.kind}: ${record.error.message}` } : {};
      tracker().summarize({ ...summary, status: record.status, ...error });
    },
    finish: (exitCode) => {
      tracker().finish(exitCode);
      untee();
    },
  };
}

function rowOf({
  loss,
  rank,
  nextToken,
  differencePenalty,
  gradNorm,
  tokens,
  seconds,
  examples,
  learningRate,
}: TrackedStep): Record<string, number> {
  const terms = { rank, nextToken, differencePenalty };
  const given = Object.entries(terms).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return {
    'train/loss': loss,
    ...Object.fromEntries(given.map(([name, value]) => [`train/loss/${name}`, value])),
    'train/gradNorm': gradNorm,
    'train/learningRate': learningRate,
    'train/tokensPerSecond': tokens / seconds,
    'train/examples': examples,
  };
}
