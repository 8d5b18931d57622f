/** What a run needs to know to be found under its experiment. It decides nothing of the result and is in no run id. */
export interface TrackingRequest {
  /** W&B's project. */
  project: string;
  entity?: string;
  /** Name of the experiment; W&B's group. */
  experiment: string;
  question: string;
  /** The variant that others are compared with. */
  baseline: string;
  tags: readonly string[];
}
