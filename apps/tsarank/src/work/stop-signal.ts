/** A signal that is given at the first Ctrl-C (or SIGTERM); a second one ends the process at once. */
export interface StopSignal {
  signal: AbortSignal;
  /** Takes the handlers off again. */
  release(): void;
}

/** @param onStop Told once, at the first signal. */
export function stopSignal(onStop: () => void): StopSignal {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
    onStop();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
