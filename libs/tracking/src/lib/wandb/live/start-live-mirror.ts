import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MirrorReport, MirrorRequest } from './live-messages';

export interface LiveMirror {
  /** Follow the log in a folder, `<dir>/offline-run-…-<runId>`, which exists already. */
  follow(folder: string): void;
  /** Waits up to `graceMs` for what is under way, then ends everything. What is not up by then is left to a later sync. */
  close(graceMs: number): Promise<void>;
}

export interface LiveMirrorOptions {
  /** What the mirror has to say: its uploads' addresses and troubles. */
  onLine?: (line: string) => void;
}

/** How much longer than its grace the mirror's process may take to end. */
const MARGIN_MS = 5_000;

/**
 * Starts the one process that mirrors logs to W&B while they grow, at the lowest priority. It ends when this process does,
 * however that happens, and its own troubles are only told: nothing here throws or holds up whoever calls.
 *
 * @param command Program and arguments of a process that calls `runLiveMirror`.
 */
export function startLiveMirror(
  [program, ...args]: readonly [string, ...string[]],
  { onLine = () => undefined }: LiveMirrorOptions = {},
): LiveMirror {
  // In a process group of its own: Ctrl-C is for the sweep, which says when the mirror is to end.
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      onLine(`the mirror could not be started: ${error.message}`);
      resolve();
    });
  });
  child.on('message', ({ line }: MirrorReport) => onLine(line));
  child.unref();
  child.channel?.unref();
  const tell = (request: MirrorRequest): void => {
    if (child.connected) child.send(request, () => undefined);
  };
  return {
    follow: (folder) => tell({ type: 'follow', folder }),
    async close(graceMs) {
      tell({ type: 'close', graceMs });
      child.ref();
      const late = new AbortController();
      await Promise.race([
        ended,
        sleep(graceMs + MARGIN_MS, undefined, { signal: late.signal }).catch(() => undefined),
      ]);
      late.abort();
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) child.kill('SIGKILL');
      await ended;
    },
  };
}
