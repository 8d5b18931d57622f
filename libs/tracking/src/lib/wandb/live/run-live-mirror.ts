import { constants, setPriority } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FollowedRun, type FollowOptions } from './followed-run';
import type { MirrorReport, MirrorRequest } from './live-messages';
import { uploadBySdk } from './sdk-upload';
import { wandbLogs } from '../log/log-folder';

export interface RunLiveMirrorOptions {
  /** The official client, with `beta sync --live`: 0.24 or later. Without one, `@wandb/sdk` sends what it can. */
  client?: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

/** Runs followed at a time; a client takes about 90 MB. */
const AT_ONCE = 8;

/**
 * The life of the mirror's process, which `startLiveMirror` begins: follows the logs that its parent names, and ends when the
 * parent says so or is gone. Returns at once; the process lives on by its channel.
 */
export function runLiveMirror({ client, env }: RunLiveMirrorOptions): void {
  lowerPriority();
  process.on('SIGINT', () => undefined);
  const report = (line: string): void => {
    if (process.connected) process.send?.({ type: 'line', line } satisfies MirrorReport, () => undefined);
  };
  const waiting: string[] = [];
  const running = new Map<string, { run: FollowedRun; done: Promise<void> }>();
  const options: FollowOptions = { env, report, ...(client ? { client } : {}) };

  const next = (): void => {
    for (let index = 0; index < waiting.length && running.size < AT_ONCE;) {
      const folder = waiting[index]!;
      const place = wandbLogs(dirname(folder)).find((log) => log.folder === folder);
      const key = place ? `${dirname(folder)} ${place.runId}` : '';
      // A later attempt waits until nothing of the run is under way.
      if (place && running.has(key)) {
        running.get(key)!.run.supersede();
        index += 1;
        continue;
      }
      waiting.splice(index, 1);
      if (!place) continue;
      const run = new FollowedRun(place, options);
      const done = run
        .follow()
        .catch((error: Error) => report(`${place.runId}: ${error.message}`))
        .then(() => {
          running.delete(key);
          next();
        });
      running.set(key, { run, done });
    }
  };

  const end = async (graceMs: number): Promise<never> => {
    const until = performance.now() + graceMs;
    // Runs that can't reach the server now will not within the grace.
    while (performance.now() < until && (waiting.length > 0 || [...running.values()].some(({ run }) => run.underWay)))
      await sleep(100);
    waiting.length = 0;
    const rest = [...running.values()];
    for (const { run } of rest) run.stop();
    await Promise.race([Promise.all(rest.map(({ done }) => done)), sleep(3_000)]);
    process.exit(0);
  };

  process.on('message', (request: MirrorRequest) => {
    if (request.type === 'follow') {
      waiting.push(request.folder);
      next();
    } else if (request.type === 'close') void end(request.graceMs);
    else
      void uploadBySdk(request.folder, request.access).then(
        () => process.exit(0),
        (error: Error) => fail(error),
      );
  });
  process.on('disconnect', () => void end(0));
  process.on('SIGTERM', () => void end(0));
}

function fail(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

/** Uploads take what the runs leave over. */
function lowerPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // A system that does not allow it.
  }
}
