import { memoryTracker } from './memory-tracker';
import { severalTrackers } from './tracker';

it('tells each tracker everything', () => {
  const [one, two] = [memoryTracker(), memoryTracker()];
  const both = severalTrackers([one, two]);
  both.log(1, { a: 2 });
  both.summarize({ b: 3 });
  both.console('line', 'stdout');
  both.table('t', { columns: ['c'], rows: [[1]] });
  both.finish(4);
  for (const tracker of [one, two]) {
    expect(tracker.rows).toEqual([{ step: 1, values: { a: 2 } }]);
    expect(tracker.summary).toEqual({ a: 2, b: 3 });
    expect(tracker.lines).toEqual([{ line: 'line', stream: 'stdout' }]);
    expect(tracker.tables).toEqual({ t: { columns: ['c'], rows: [[1]] } });
    expect(tracker.exitCode).toBe(4);
  }
});
