import type { RetryOptions } from '@tsarank/io';
import type { DatasetSettings } from './dataset-settings';

export interface FetchDatasetOptions {
  settings: DatasetSettings;
  /** Bytes that have come, of those that a download brings. */
  onProgress?: (done: number, total: number) => void;
  /** Told what goes on: sizes, the licence, pauses, unpacking. */
  log?: (line: string) => void;
  /** How often and how soon a failed request is made again. Default 5 tries, from half a second on. */
  retry?: Pick<RetryOptions, 'attempts' | 'pauseMs' | 'longestPauseMs'>;
  /** How long to wait for another process that fetches the same collection. Default a day. */
  lockWaitMs?: number;
  /** Free bytes on a folder's disk; for specs. Default: what the system says. */
  freeBytes?: (folder: string) => number;
}
