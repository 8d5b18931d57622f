import { writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { acquireLock } from '@tsarank/io';
import { earlierRows } from './earlier-rows';
import { FilesItem_FileType, FilesItem_PolicyType, OutputRawRecord_OutputType } from './generated/wandb-log_pb';
import { definitionOf, metricRecord, type MetricDefinition } from '../../metric-definition';
import { toItems, toTime } from './record-items';
import { RunSummary } from './run-summary';
import type { RowValue, TrackedRun, TrackedTable, Tracker } from '../../tracker';
import { untroubled } from '../../non-throwing-tracker';
import { makeAttemptFolder } from './log-folder';
import { createWandbLog, type RecordKind, type WandbLogWriter } from './log-writer';
import { writeTable } from './wandb-table';

export interface WandbTrackerOptions {
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Milliseconds since this attempt began; by a clock that nobody sets. */
  elapsedMs?: () => number;
  /** Called once, with what went wrong; nothing is written after it. */
  onTrouble?: (message: string) => void;
}

/**
 * Writes W&B's own offline log of one attempt of a run, `<dir>/offline-run-YYYYMMDD_HHMMSS-<runId>/run-<runId>.wandb`
 * (time in UTC), which the official client uploads (`syncWandbLogs`) or follows (`startLiveMirror`). Every call is in
 * the file when it returns. A lock in the folder says that the log is being written, until `finish` or the process ends.
 *
 * It never throws: on a full disk or a folder that can't be written it says so once and is silent from then on.
 *
 * Source: the log's format as wandb 0.31.0 writes it; see docs/decisions/2026-11-25-wandb-log-before-wandb-sdk.md.
 */
export function wandbTracker(dir: string, run: TrackedRun, options: WandbTrackerOptions = {}): Tracker {
  return untroubled(() => new WandbTracker(dir, run, options), `tracking of run ${run.runId}`, options.onTrouble);
}

class WandbTracker implements Tracker {
  private readonly folder: string;
  private readonly out: WandbLogWriter;
  private readonly release: () => void;
  private readonly now: () => number;
  private readonly elapsedMs: () => number;
  private readonly definitions: readonly MetricDefinition[];
  private readonly summary: RunSummary;
  /** Of each series met so far. */
  private readonly defined = new Map<string, MetricDefinition | undefined>();
  private readonly axes: Record<string, RowValue> = {};
  /** Seconds that earlier attempts took up to where this one goes on. */
  private earlierSeconds = 0;
  private rows: number;

  constructor(
    dir: string,
    private readonly run: TrackedRun,
    options: WandbTrackerOptions,
  ) {
    this.now = options.now ?? Date.now;
    const began = performance.now();
    this.elapsedMs = options.elapsedMs ?? (() => performance.now() - began);
    this.definitions = run.metrics ?? [];
    this.summary = new RunSummary(this.definitions);
    this.rows = run.startingStep ?? 0;
    const before = earlierRows(dir, run.runId, this.rows);
    const { folder, file } = makeAttemptFolder(dir, run.runId, this.now());
    this.folder = folder;
    const lock = acquireLock(folder);
    this.release = () => lock.release();
    try {
      this.out = createWandbLog(file);
    } catch (error) {
      this.release();
      throw error;
    }
    try {
      this.begin(before);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  log(step: number, values: Readonly<Record<string, RowValue>>): void {
    const row: Record<string, RowValue> = {
      ...values,
      _step: step,
      _timestamp: this.now() / 1000,
      _runtime: this.earlierSeconds + this.elapsedMs() / 1000,
    };
    this.fillAxes(row);
    this.out.append(
      { case: 'history', value: { item: toItems(row), step: { num: BigInt(step) } } },
      { case: 'summary', value: { update: toItems(this.summary.add(row)) } },
    );
    this.rows += 1;
  }

  summarize(values: Readonly<Record<string, unknown>>): void {
    this.out.append({ case: 'summary', value: { update: toItems(values) } });
  }

  console(line: string, stream: 'stdout' | 'stderr'): void {
    const outputType = stream === 'stdout' ? OutputRawRecord_OutputType.STDOUT : OutputRawRecord_OutputType.STDERR;
    const text = line.endsWith('\n') ? line : `${line}\n`;
    this.out.append({ case: 'outputRaw', value: { outputType, timestamp: toTime(this.now()), line: text } });
  }

  table(key: string, table: TrackedTable): void {
    const { summary, records } = writeTable(this.folder, this.run, key, table, this.rows);
    this.out.append(...records, { case: 'summary', value: { update: toItems({ [key]: summary }) } });
  }

  finish(exitCode: number): void {
    const seconds = Math.round(this.earlierSeconds + this.elapsedMs() / 1000);
    this.out.append(
      { case: 'summary', value: { update: toItems({ _wandb: { runtime: seconds } }) } },
      { case: 'exit', value: { exitCode, runtime: seconds } },
      { case: 'final', value: {} },
    );
    this.close();
  }

  close(): void {
    this.out.close();
    this.release();
  }

  private begin(before: readonly Record<string, unknown>[]): void {
    const { run } = this;
    const commit = run.metadata?.['commit'];
    this.out.append({
      case: 'run',
      value: {
        runId: run.runId,
        project: run.project,
        entity: run.entity ?? '',
        runGroup: run.group,
        jobType: run.jobType,
        displayName: run.name,
        notes: run.notes ?? '',
        tags: [...run.tags],
        host: hostname(),
        config: { update: toItems(run.config) },
        startingStep: BigInt(run.startingStep ?? 0),
        startTime: toTime(this.now()),
        ...(typeof commit === 'string' ? { git: { commit } } : {}),
      },
    });
    this.out.append(
      ...this.definitions.map((definition): RecordKind => ({ case: 'metric', value: metricRecord(definition) })),
    );
    if (run.metadata) this.writeMetadata(run.metadata);
    let summary: Record<string, unknown> = {};
    for (const row of before) {
      summary = { ...summary, ...this.summary.add(row as Record<string, RowValue>) };
      this.earlierSeconds = Number(row['_runtime'] ?? this.earlierSeconds);
    }
    if (before.length > 0) this.out.append({ case: 'summary', value: { update: toItems(summary) } });
  }

  private writeMetadata(metadata: Readonly<Record<string, unknown>>): void {
    const path = 'wandb-metadata.json';
    writeFileSync(join(this.folder, 'files', path), JSON.stringify(metadata, undefined, 2));
    const item = { path, policy: FilesItem_PolicyType.NOW, type: FilesItem_FileType.WANDB };
    this.out.append({ case: 'files', value: { files: [item] } });
  }

  /** A row that lacks the x axis of one of its series gets the axis's last value. */
  private fillAxes(row: Record<string, RowValue>): void {
    for (const name of Object.keys(row)) {
      if (!this.defined.has(name)) this.defined.set(name, definitionOf(name, this.definitions));
      const { stepMetric, stepSync } = this.defined.get(name) ?? {};
      if (stepMetric === undefined || stepSync === false) continue;
      if (row[stepMetric] !== undefined) this.axes[stepMetric] = row[stepMetric];
      else if (this.axes[stepMetric] !== undefined) row[stepMetric] = this.axes[stepMetric];
    }
  }
}
