import type { PlannedRun } from '@tsarank/ablation';
import { formatSeconds, type ProgressStream } from '@tsarank/io';
import { doneShare, runCost, type Phase, type SweepEvent } from '@tsarank/runner';

export interface SweepDisplayOptions {
  label: string;
  stream: ProgressStream;
  /** Milliseconds; for specs. */
  now?: () => number;
}

interface RunShown {
  run: PlannedRun;
  work: number;
  share: number;
  startedAt: number;
  /** Share at the first sign of life: what a resumed run had done already. */
  firstShare?: number;
  text: string;
}

const BAR_WIDTH = 20;
const BAR_MS = 200;
const LINE_MS = 5000;
const PHASE_NAMES: Record<Phase, string> = { load: 'loading', pretrain: 'stage one', finetune: 'stage two', evaluate: 'evaluation' };

/** Shows a sweep and the runs in hand, both with the time left: one live line on a terminal, plain lines elsewhere. */
export function sweepDisplay({ label, stream, now = Date.now }: SweepDisplayOptions): (event: SweepEvent) => void {
  const live = stream.isTTY === true;
  const startedAt = now();
  const running = new Map<string, RunShown>();
  let [ended, pending, finished, failed] = [0, 0, 0, 0];
  let [workDone, workTotal, workSkipped] = [0, 0, 0];
  let last = Number.NEGATIVE_INFINITY;

  const line = (): string => {
    const inHand = [...running.values()].reduce((sum, { work, share }) => sum + work * share, 0);
    // What resumed runs had done already took no time of this sweep.
    const inherited = [...running.values()].reduce((sum, { work, firstShare = 0 }) => sum + work * firstShare, workSkipped);
    const share = workTotal > 0 ? (workDone + inHand) / workTotal : 1;
    const elapsed = (now() - startedAt) / 1000;
    const rate = (workDone + inHand - inherited) / elapsed;
    const left = rate > 0 ? formatSeconds((workTotal - workDone - inHand) / rate) : '?';
    const bar = `[${'#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '-')}]`;
    const failures = failed > 0 ? `, ${failed} failed` : '';
    const head = `${bar} ${label} ${Math.floor(share * 100)}%, ${ended}/${pending} runs${failures}, ${formatSeconds(elapsed)} gone, ${left} left`;
    return [head, ...[...running.values()].map(({ text }) => text)].join(' | ');
  };
  const draw = (force = false): void => {
    if (!force && now() - last < (live ? BAR_MS : LINE_MS)) return;
    last = now();
    if (live) stream.write(`\r\u001b[2K${line().slice(0, (stream.columns ?? 80) - 1)}`);
    else stream.write(`${line()}\n`);
  };
  const say = (text: string): void => {
    stream.write(live ? `\r\u001b[2K${text}\n` : `${text}\n`);
    if (live) draw(true);
  };

  return (event) => {
    if (event.type === 'start') {
      ({ finished } = event);
      pending = event.pending.length;
      workTotal = event.pending.reduce((sum, run) => sum + workOf(run), 0);
      if (pending > 0) say(`${label}: ${pending} runs to do${finished > 0 ? `, ${finished} done already` : ''}`);
    } else if (event.type === 'run-start') {
      running.set(event.run.runId, { run: event.run, work: workOf(event.run), share: 0, startedAt: now(), text: nameOf(event.run) });
      draw();
    } else if (event.type === 'run-progress') {
      const shown = running.get(event.run.runId)!;
      const { phase, done, total } = event.progress;
      shown.share = doneShare(event.run, event.progress);
      if (phase !== 'load') shown.firstShare ??= done > 1 ? shown.share : 0;
      const elapsed = (now() - shown.startedAt) / 1000;
      const rate = (shown.share - (shown.firstShare ?? 0)) / elapsed;
      const left = rate > 0 ? `, ${formatSeconds((1 - shown.share) / rate)} left` : '';
      shown.text = `${nameOf(event.run)}: ${PHASE_NAMES[phase]}${total > 1 ? ` ${done}/${total}` : ''}${left}`;
      draw();
    } else if (event.type === 'run-end') {
      const shown = running.get(event.run.runId);
      running.delete(event.run.runId);
      ended += 1;
      workDone += workOf(event.run);
      // A failed or resumed run did only part of its work now.
      if (event.record.status === 'failed') workSkipped += workOf(event.run) * (1 - (shown?.share ?? 0));
      workSkipped += (shown?.firstShare ?? 0) * workOf(event.run);
      if (event.record.status === 'failed') failed += 1;
      const seconds = shown ? formatSeconds((now() - shown.startedAt) / 1000) : '0s';
      const { error } = event.record;
      say(`${nameOf(event.run)} ${error ? `failed (${error.kind}): ${error.message.split('\n')[0]}` : `done in ${seconds}`}`);
    } else if (live) {
      stream.write('\r\u001b[2K');
    }
  };
}

function workOf(run: PlannedRun): number {
  return Object.values(runCost(run)).reduce((sum, cost) => sum + cost, 0);
}

function nameOf({ kind, variant, seed }: PlannedRun): string {
  return `${kind === 'pretrain' ? 'stage one' : variant} (seed ${seed})`;
}
