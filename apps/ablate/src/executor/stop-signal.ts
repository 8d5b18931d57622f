/** A signal that is given at the first Ctrl-C, SIGTERM or hang-up; a second one ends the process at once. */
export interface StopSignal {
  signal: AbortSignal;
  /** Takes the handlers off again. */
  release(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function stopSignal(): StopSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  SIGNALS.forEach((name) => process.on(name, stop));
  return { signal: controller.signal, release: () => SIGNALS.forEach((name) => process.off(name, stop)) };
}
