import type { PlannedRun } from '@tsarank/ablation';
import { wandbTracker, type Tracker } from '@tsarank/tracking';
import { teeConsole, type ConsoleLine } from './console-lines';
import type { RunLog, TrackedStep } from './run-log';
import { resultSummary } from './result-summary';
import { trackedRun, type TrackingRequest } from './tracked-run';

/**
 * Writes a run's W&B log below `dir`. It is opened at the first step, when it is known where an earlier attempt left off;
 * console lines printed before are kept until then.
 *
 * @param options.printed What was printed; default: what this process prints from now on.
 */
export function wandbRunLog(
  planned: PlannedRun,
  request: TrackingRequest,
  dir: string,
  { printed }: { printed?: readonly ConsoleLine[] } = {},
): RunLog {
  let startingStep = 0;
  let opened: Tracker | undefined;
  const early: ConsoleLine[] = [...(printed ?? [])];
  const take = (line: ConsoleLine): void => void (opened ? opened.console(line.text, line.stream) : early.push(line));
  const untee = printed ? () => undefined : teeConsole(take);
  const tracker = (): Tracker => {
    if (opened) return opened;
    const onTrouble = (message: string): void => void process.stderr.write(`tracking: ${message}\n`);
    opened = wandbTracker(dir, trackedRun(planned, request, startingStep), {
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
      if (evaluated.length > 0) tracker().log(planned.config.finetune?.steps ?? 0, Object.fromEntries(evaluated));
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
