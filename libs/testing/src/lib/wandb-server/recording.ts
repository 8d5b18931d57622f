/** A run as the server came to know it. */
export interface RecordedRun {
  id: string;
  entity: string;
  project: string;
  group?: string;
  jobType?: string;
  name?: string;
  notes?: string;
  tags: string[];
  /** As it was sent: `{ negatives: { value: 8 }, _wandb: { value: … } }`. */
  config: Record<string, unknown>;
  /** By their place: a row sent for a place that is taken replaces it. */
  rows: Record<string, unknown>[];
  summary: Record<string, unknown>;
  /** Lines of the console, by their place. */
  console: string[];
  /** Content by path below the run's files. */
  files: Record<string, string>;
  /** `crashed` is what the real server makes of a run that says nothing for some minutes; here it stays `running`. */
  state: 'running' | 'finished' | 'failed';
  exitCode?: number;
  /** Times that a client announced the run. */
  upserts: number;
  /** When each request with rows arrived: milliseconds since 1970, and how many rows there were then. */
  arrivals: { at: number; rows: number }[];
}

export interface RecordedArtifact {
  id: string;
  run: string;
  type: string;
  name: string;
  digest: string;
  aliases: string[];
  committed: boolean;
  manifest?: unknown;
  /** Content by the member's name. */
  files: Record<string, string>;
}

export interface RecordedView {
  entity: string;
  project: string;
  name: string;
  displayName: string;
  description: string;
  spec: unknown;
}

/** Everything the server was told; plain JSON. */
export interface WandbRecording {
  runs: Record<string, RecordedRun>;
  artifacts: RecordedArtifact[];
  views: RecordedView[];
  /** Requests in their order: `POST /graphql UpsertBucket 200`. */
  requests: string[];
}

interface FileStream {
  files?: Record<string, { offset: number; content: string[] }>;
  complete?: boolean;
  exitcode?: number;
}

/** Takes in one request of a run's file stream: rows, summary, console lines, its end. */
export function recordStream(run: RecordedRun, { files = {}, complete, exitcode }: FileStream): void {
  for (const [name, { offset, content }] of Object.entries(files)) {
    if (name === 'wandb-history.jsonl') {
      content.forEach((line, index) => (run.rows[offset + index] = JSON.parse(line) as Record<string, unknown>));
      run.arrivals.push({ at: Date.now(), rows: run.rows.length });
    } else if (name === 'wandb-summary.json') {
      run.summary = JSON.parse(content.at(-1) ?? '{}') as Record<string, unknown>;
    } else if (name === 'output.log') {
      content.forEach((line, index) => (run.console[offset + index] = line));
    }
  }
  if (complete === true) {
    run.exitCode = exitcode ?? 0;
    run.state = run.exitCode === 0 ? 'finished' : 'failed';
  }
}
