import type { Tracker } from './tracker';

/**
 * A tracker that never throws: the first failure, of opening it too, is told and ends it.
 *
 * @param what What the message names: `tracking of run 1a2b`.
 */
export function untroubled(
  open: () => Tracker & { close(): void },
  what: string,
  onTrouble: (message: string) => void = () => undefined,
): Tracker {
  let tracker: (Tracker & { close(): void }) | undefined;
  const end = (error: unknown): void => {
    const ended = tracker;
    tracker = undefined;
    try {
      ended?.close();
    } catch {
      // A disk that fails writes may fail this as well; the first failure is the one to tell.
    }
    try {
      onTrouble(`${what} stopped: ${error instanceof Error ? error.message : String(error)}`);
    } catch {
      // Whoever listens can't make a run fail either.
    }
  };
  const attempt = (act: (tracker: Tracker) => void): void => {
    if (!tracker) return;
    try {
      act(tracker);
    } catch (error) {
      end(error);
    }
  };
  try {
    tracker = open();
  } catch (error) {
    end(error);
  }
  return {
    log: (step, values) => attempt((at) => at.log(step, values)),
    summarize: (values) => attempt((at) => at.summarize(values)),
    console: (line, stream) => attempt((at) => at.console(line, stream)),
    table: (key, table) => attempt((at) => at.table(key, table)),
    finish(exitCode) {
      attempt((at) => at.finish(exitCode));
      tracker = undefined;
    },
  };
}
