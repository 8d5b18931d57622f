/** What goes on between a process and its Redis server, told in few words. */
export interface RedisNotices {
  /** Something went wrong. A lost connection is told once, anything else at most once a minute. */
  trouble(error: unknown): void;
  /** It answers; told when it did not before. */
  well(): void;
  /** Anything else, at most once a minute. */
  tell(text: string): void;
}

const QUIET_MS = 60_000;
const CONNECTION =
  /ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|connection is closed|writeable|command timed out|max retries/i;

/**
 * Keeps a connection's troubles from flooding a log: clients report the same one at every try.
 *
 * @param server As people know it, without its password.
 * @param now Milliseconds; a spec has a clock of its own.
 */
export function redisNotices(
  server: string,
  sink: (text: string) => void,
  now = (): number => performance.now(),
): RedisNotices {
  const told = new Map<string, number>();
  let isDown = false;
  const tell = (text: string): void => {
    const at = now();
    if (at - (told.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return;
    for (const [other, when] of told) if (at - when >= QUIET_MS) told.delete(other);
    told.set(text, at);
    sink(text);
  };
  return {
    tell,
    trouble(error) {
      const message = troubleText(error);
      if (!CONNECTION.test(message)) return tell(`Redis at ${server}: ${message}`);
      if (isDown) return;
      isDown = true;
      sink(`Redis at ${server} does not answer (${message}); trying again`);
    },
    well() {
      if (isDown) sink(`Redis at ${server} answers again`);
      isDown = false;
    },
  };
}

/** The message of an error; of several addresses that all refused, the first one's. */
export function troubleText(error: unknown): string {
  const { errors, message, code } = error as { errors?: unknown[]; message?: string; code?: string };
  return errors?.length ? troubleText(errors[0]) : message || code || String(error);
}
