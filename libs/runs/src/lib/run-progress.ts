import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** What a run is busy with. */
export const PHASES = ['load', 'pretrain', 'finetune', 'evaluate'] as const;
export type Phase = (typeof PHASES)[number];
/** As people are told of it. */
export const PHASE_NAMES: Readonly<Record<Phase, string>> = {
  load: 'loading',
  pretrain: 'stage one',
  finetune: 'stage two',
  evaluate: 'evaluation',
};

/** How far a run is. */
export interface RunProgress {
  phase: Phase;
  /** Steps or pairs of the phase. */
  done: number;
  total: number;
  /** Of the latest training step, in nats. */
  loss?: number;
  /** Of the latest training steps. */
  tokensPerSecond?: number;
}

/** Milliseconds between two writings. */
const WRITE_MS = 250;

/**
 * Keeps a run's progress in a file, for whoever watches it, on this machine or another. Writes a few times a second and
 * at every change of phase. Progress is no result: a full disk does not stop the run.
 */
export function progressWriter(file: string): (progress: RunProgress) => void {
  let last = Number.NEGATIVE_INFINITY;
  let phase = '';
  return (progress) => {
    const now = performance.now();
    if (now - last < WRITE_MS && progress.phase === phase && progress.done < progress.total) return;
    last = now;
    phase = progress.phase;
    try {
      writeFileSync(`${file}.part`, JSON.stringify(progress));
      renameSync(`${file}.part`, file);
    } catch {
      rmSync(`${file}.part`, { force: true });
    }
  };
}

/** The progress that a run's file tells; undefined where there is none yet. */
export function readProgress(file: string): RunProgress | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunProgress;
  } catch {
    return undefined;
  }
}

const LINE_MS = 5000;

/** Prints progress as plain lines: at every change of phase, at its end, and every few seconds between. */
export function consoleProgress(
  print: (line: string) => void,
  now: () => number = () => performance.now(),
): (progress: RunProgress) => void {
  let last = 0;
  let phase = '';
  let printed = '';
  return ({ phase: current, done, total, loss, tokensPerSecond }) => {
    const isDue = current !== phase || done === total || now() - last >= LINE_MS;
    if (!isDue) return;
    phase = current;
    last = now();
    const parts = [
      `${PHASE_NAMES[current]} ${done}/${total}`,
      ...(loss === undefined ? [] : [`loss ${loss.toFixed(4)}`]),
      ...(tokensPerSecond === undefined ? [] : [`${Math.round(tokensPerSecond)} tokens/s`]),
    ];
    const line = parts.join(', ');
    if (line !== printed) print(line);
    printed = line;
  };
}
