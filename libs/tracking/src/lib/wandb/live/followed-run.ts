import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MirrorRequest } from './live-messages';
import { LogFeed } from './log-feed';
import { isBeingWritten } from '../log/log-tail';
import { contentsOf, readWandbLog } from '../log/read-wandb-log';
import { serverRowCount, wandbServerAccess, type WandbServerAccess } from '../server';
import { MIRRORED } from '../sync/sync-wandb-logs';
import { wandbLogs, type WandbLogPlace } from '../log/log-folder';

export interface FollowOptions {
  client?: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  report: (line: string) => void;
}

const LOOK_MS = 500;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Times that an uploader may end without success while the server answers. */
const TRIES = 3;
/** How long an uploader may go on with a run whose process has gone without an end: it can't know that. */
const ORPHAN_MS = 20_000;

/** One attempt of a run, mirrored by an uploader of its own: the official client, or a process with `@wandb/sdk`. */
export class FollowedRun {
  private child: ChildProcess | undefined;
  private stopped = false;
  private superseded = false;
  private reachable = true;
  private complete = false;

  constructor(
    private readonly place: WandbLogPlace,
    private readonly options: FollowOptions,
  ) {}

  /** Whether waiting a little could bring the run up: it has not ended, or is being uploaded. */
  get underWay(): boolean {
    return this.reachable;
  }

  stop(): void {
    this.stopped = true;
    this.child?.kill('SIGTERM');
  }

  /** A later attempt is there: this one goes no further. */
  supersede(): void {
    this.superseded = true;
  }

  async follow(): Promise<void> {
    const access = wandbServerAccess(this.options.env);
    if (access === undefined) throw new Error('there is no WANDB_API_KEY; nothing is mirrored');
    let pauseMs = FIRST_PAUSE_MS;
    for (let tries = 0; tries < TRIES && !this.done();) {
      try {
        const { run } = contentsOf(readWandbLog(this.place.file).records);
        const known = run === undefined ? undefined : await serverRowCount(access, run);
        if (!this.reachable) this.options.report(`${this.place.runId}: the server answers again`);
        this.reachable = true;
        if (known !== undefined) {
          tries += 1;
          await this.upload(known, access);
        }
      } catch (error) {
        if (this.reachable)
          this.options.report(`${this.place.runId}: ${(error as Error).message}; the log is kept and tried again`);
        this.reachable = false;
      }
      for (let waited = 0; waited < pauseMs && !this.done(); waited += LOOK_MS) await sleep(LOOK_MS);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
    if (!this.complete && !existsSync(`${this.place.file}.synced`))
      this.options.report(`${this.place.runId}: not all of it is up; a later sync uploads it`);
  }

  private done(): boolean {
    return this.stopped || this.superseded || this.complete || existsSync(`${this.place.file}.synced`);
  }

  /** One uploader's life. */
  private async upload(known: number, access: WandbServerAccess): Promise<void> {
    const attempts = wandbLogs(dirname(this.place.folder)).filter(({ runId }) => runId === this.place.runId);
    const upTo = attempts.slice(0, attempts.findIndex(({ folder }) => folder === this.place.folder) + 1);
    const feed =
      this.options.client && (known > 0 || upTo.length > 1)
        ? new LogFeed(upTo, join(dirname(this.place.folder), 'mirrored'), known)
        : undefined;
    writeFileSync(join(this.place.folder, MIRRORED), '');
    try {
      const child = this.start(feed?.folder ?? this.place.folder, access);
      await this.accompany(child, feed);
      // @wandb/sdk leaves no mark: it sends rows alone, and a later sync by the official client brings the rest.
      if (!this.options.client && child.exitCode === 0) this.complete = true;
      // The feed's mark stands for the run: every row of every attempt is up.
      if (feed && existsSync(`${feed.file}.synced`)) for (const { file } of upTo) writeFileSync(`${file}.synced`, '');
    } finally {
      feed?.close();
      if (feed) removeFeed(feed.folder);
    }
  }

  private start(folder: string, access: WandbServerAccess): ChildProcess {
    const { client, env } = this.options;
    const output = openSync(join(dirname(this.place.folder), `live-${this.place.runId}.log`), 'a');
    try {
      if (client) {
        const [program, ...first] = client as [string, ...string[]];
        const args = [...first, 'beta', 'sync', '--live', '--yes', folder];
        this.child = spawn(program, args, {
          cwd: dirname(dirname(this.place.folder)),
          env: { ...env },
          stdio: ['ignore', output, output],
        });
      } else {
        // This very command again, which is then told to be an uploader.
        const args = [...process.execArgv, ...process.argv.slice(1)];
        this.child = spawn(process.execPath, args, { env: { ...env }, stdio: ['ignore', output, output, 'ipc'] });
        this.child.send({ type: 'upload-by-sdk', folder, access } satisfies MirrorRequest);
      }
    } finally {
      closeSync(output);
    }
    return this.child;
  }

  /** Until the uploader has ended; it is ended when the run is another attempt's, or its process is gone. */
  private async accompany(child: ChildProcess, feed: LogFeed | undefined): Promise<void> {
    let ended = false;
    child.once('exit', () => (ended = true));
    child.once('error', (error) => {
      ended = true;
      this.options.report(`${this.place.runId}: ${error.message}`);
    });
    let orphanSince: number | undefined;
    while (!ended) {
      feed?.update();
      orphanSince = isBeingWritten(this.place.folder) || this.hasEnd() ? undefined : (orphanSince ?? performance.now());
      const orphaned = orphanSince !== undefined && performance.now() - orphanSince > ORPHAN_MS;
      if (orphaned) this.superseded = true;
      if (this.superseded || this.stopped) child.kill('SIGTERM');
      await sleep(LOOK_MS);
    }
  }

  private hasEnd(): boolean {
    return contentsOf(readWandbLog(this.place.file).records).exitCode !== undefined;
  }
}

function removeFeed(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  try {
    rmdirSync(dirname(folder));
  } catch {
    // Other runs' feeds are still in there.
  }
}
