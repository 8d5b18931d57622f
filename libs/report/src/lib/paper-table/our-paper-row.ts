/** What one of our rows has under a column of a published table. */
export interface OurPaperValue {
  /** Mean over seeds, as a fraction between 0 and 1; tables show percent. */
  value: number;
  /** Whose candidates were reranked and how many, in the words of the published tables: `BM25 top 100`. */
  candidates: string;
  /** Queries that the value is a mean over; absent: not known. */
  queries?: number;
  /** Runs behind the value. */
  runIds: readonly string[];
  /** Seeds behind the value. */
  seeds: number;
  /** Sample standard deviation over seeds, a fraction; from two seeds on. */
  spread?: number;
  /** What each seed has, fractions in the order of the seeds. */
  values?: readonly number[];
  /** Set where some of the seeds have no run yet. */
  missing?: MissingValue;
}

/** Why there is no value, and the command that gives one. */
export interface MissingValue {
  why: string;
  command: string;
}

export type OurPaperCell = OurPaperValue | { missing: MissingValue };

/** One of our rows, to stand under those of a published table. */
export interface OurPaperRow {
  key: string;
  label: string;
  /** Heading of the rows it belongs to. */
  group?: string;
  /** What ranks, as in `SmolLM2-135M`; null for a first stage alone. */
  model: string | null;
  /** What that model was trained on (`MS MARCO`); null: on nothing, its weights are as published. */
  data: string | null;
  /** By the key of the published column; averages are computed. */
  cells: Readonly<Record<string, OurPaperCell | undefined>>;
}
