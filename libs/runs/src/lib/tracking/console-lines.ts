/** One line that a process printed. */
export interface ConsoleLine {
  text: string;
  stream: 'stdout' | 'stderr';
}

type Write = typeof process.stdout.write;

/**
 * Tells of every whole line that this process prints, which is printed as before.
 *
 * @returns Takes the listener off again, after telling of a last unfinished line.
 */
export function teeConsole(onLine: (line: ConsoleLine) => void): () => void {
  const untee = (['stdout', 'stderr'] as const).map((stream) => {
    const target = process[stream];
    const { write } = target;
    let rest = '';
    target.write = ((...args: Parameters<Write>) => {
      const [chunk] = args;
      const lines = (rest + (typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'))).split('\n');
      rest = lines.pop()!;
      lines.forEach((text) => onLine({ text, stream }));
      return write.apply(target, args);
    }) as Write;
    return () => {
      target.write = write;
      if (rest !== '') onLine({ text: rest, stream });
    };
  });
  return () => untee.forEach((each) => each());
}
