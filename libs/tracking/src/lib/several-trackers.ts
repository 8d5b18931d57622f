import type { Tracker } from './tracker';

/** Several trackers as one: each is told everything, in the order given. */
export function severalTrackers(trackers: readonly Tracker[]): Tracker {
  return {
    log: (step, values) => trackers.forEach((tracker) => tracker.log(step, values)),
    summarize: (values) => trackers.forEach((tracker) => tracker.summarize(values)),
    console: (line, stream) => trackers.forEach((tracker) => tracker.console(line, stream)),
    table: (key, table) => trackers.forEach((tracker) => tracker.table(key, table)),
    finish: (exitCode) => trackers.forEach((tracker) => tracker.finish(exitCode)),
  };
}
