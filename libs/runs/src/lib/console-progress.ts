import { PHASE_NAMES, type RunProgress } from './run-progress';

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
