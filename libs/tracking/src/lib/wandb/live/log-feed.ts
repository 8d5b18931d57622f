import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { makeDirectory } from '@tsarank/io';
import { LogTail } from '../log/log-tail';
import { beginningKinds, mergedRows, readAttempt, type ReadAttempt } from '../log/merged-log';
import type { WandbLogPlace } from '../log/log-folder';
import { createWandbLog, type RecordKind, type WandbLogWriter } from '../log/log-writer';

/**
 * A second log of a run that grows with the run's own, without the rows that the server has already. The official client
 * is given it where it goes on with a run: after an interruption, or with a later attempt.
 */
export class LogFeed {
  readonly folder: string;
  readonly file: string;
  private readonly out: WandbLogWriter;
  private readonly tail: LogTail;
  private row = 0;

  /**
   * @param attempts The run's attempts, oldest first; the last is the one that is followed.
   * @param fromRow Rows that the server has.
   */
  constructor(
    private readonly attempts: readonly WandbLogPlace[],
    dir: string,
    private readonly fromRow: number,
  ) {
    const current = attempts.at(-1)!;
    this.folder = join(dir, basename(current.folder));
    this.file = join(this.folder, basename(current.file));
    rmSync(this.folder, { recursive: true, force: true });
    makeDirectory(join(this.folder, 'files'));
    this.out = createWandbLog(this.file);
    this.tail = new LogTail(current.file);
    this.begin();
  }

  /** Brings the feed up to where the log is. */
  update(): void {
    for (const { kind } of this.tail.next()) {
      // The beginning has said these.
      if (kind.case === undefined || kind.case === 'run' || kind.case === 'metric') continue;
      if (kind.case === 'files') kind.value.files.forEach(({ path }) => this.copy(path));
      if (kind.case !== 'history') this.out.append(kind);
      else if (this.row++ >= this.fromRow) this.out.append(kind);
    }
  }

  close(): void {
    this.out.close();
  }

  private begin(): void {
    const read = this.attempts
      .map(readAttempt)
      .filter(({ log }) => log.records.some(({ kind }) => kind.case === 'run'));
    const current = read.at(-1)!;
    const run = current.log.records.find(({ kind }) => kind.case === 'run')!.kind as Extract<
      ReadAttempt['log']['records'][0]['kind'],
      { case: 'run' }
    >;
    this.row = Number(run.value.startingStep);
    const earlier = read.slice(0, -1);
    const rows = mergedRows(earlier).slice(0, this.row);
    const metrics = current.log.records.flatMap(({ kind }): RecordKind[] => (kind.case === 'metric' ? [kind] : []));
    const begun =
      earlier.length === 0
        ? []
        : beginningKinds(earlier).filter(({ case: name }) => name !== 'run' && name !== 'metric');
    begun.forEach((kind) => kind.case === 'files' && kind.value?.files?.forEach(({ path }) => path && this.copy(path)));
    this.out.append(
      { case: 'run', value: { ...run.value, startingStep: 0n } },
      ...metrics,
      ...begun,
      ...rows.slice(this.fromRow).filter((row) => row !== undefined),
    );
  }

  /** The newest attempt that has the file gives it. */
  private copy(path: string): void {
    const from = this.attempts
      .map(({ folder }) => join(folder, 'files', path))
      .filter((file) => existsSync(file))
      .at(-1);
    if (from === undefined) return;
    const to = join(this.folder, 'files', path);
    makeDirectory(dirname(to));
    copyFileSync(from, to);
  }
}
