import { setTimeout as sleep } from 'node:timers/promises';
import { InputError } from './errors';

/** A server's answer that is no success. */
export class HttpStatusError extends Error {
  constructor(
    readonly url: string,
    readonly status: number,
    /** What the server asked for by `Retry-After`, in milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(`${url}: HTTP status ${status}`);
    this.name = 'HttpStatusError';
  }

  /** Whether the same request may succeed later: too many requests, a time-out, a server in trouble. */
  get isPassing(): boolean {
    return this.status === 408 || this.status === 425 || this.status === 429 || this.status >= 500;
  }
}

export interface RetryOptions {
  /** Tries in a row that fail without bringing anything. Default 3. */
  attempts?: number;
  /** Pause after the first failure; doubled after each further one. Default 500. */
  pauseMs?: number;
  /** The longest pause, also of those that a server asks for. Default 120,000. */
  longestPauseMs?: number;
  /** Told before each pause. */
  onRetry?: (line: string) => void;
}

/**
 * @param url As it was asked for: where it led may hold a signature.
 * @throws {HttpStatusError} for an answer that is no success; its body is let go.
 */
export async function requireSuccess(response: Response, url: string): Promise<Response> {
  if (response.ok) return response;
  await response.body?.cancel();
  throw new HttpStatusError(url, response.status, retryAfterMs(response.headers.get('retry-after')));
}

/**
 * Does `work` again while it fails of something that may pass: a broken connection, 408, 425, 429 and 5xx. A full
 * disk will not pass. It pauses between
 * tries, longer each time, and as long as the server asks for. What will not pass is thrown at once.
 *
 * @param work Gets a function to call when something has arrived, after which failures are counted anew.
 * @throws the last try's error.
 */
export async function withRetries<T>(
  work: (arrived: () => void) => Promise<T>,
  { attempts = 3, pauseMs = 500, longestPauseMs = 120_000, onRetry }: RetryOptions = {},
): Promise<T> {
  let failures = 0;
  for (;;) {
    try {
      return await work(() => (failures = 0));
    } catch (error) {
      failures += 1;
      const asked = error instanceof HttpStatusError ? error.retryAfterMs : undefined;
      const passes =
        error instanceof HttpStatusError ? error.isPassing : !(error instanceof InputError || isFull(error));
      if (!passes || failures >= attempts || (asked ?? 0) > longestPauseMs) throw error;
      const pause = Math.max(asked ?? 0, Math.min(longestPauseMs, pauseMs * 2 ** (failures - 1)));
      onRetry?.(`${reasonOf(error)}; trying again in ${(pause / 1000).toFixed(1)} s`);
      await sleep(pause);
    }
  }
}

function isFull(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOSPC';
}

/** `fetch` hides why it failed in the error's cause. */
export function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message || (cause as NodeJS.ErrnoException).code})` : message;
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? 1000 * Number(header) : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
