import { readFileSync } from 'node:fs';
import path from 'node:path';
import { experimentOptions, parseSeeds, requireSingle } from './experiment-options';
import { sweepOptions } from './sweep-options';

describe('the options', () => {
  it('are none of those that Nx takes for itself', () => {
    const schema = path.join(
      path.dirname(require.resolve('nx/package.json')),
      'dist/src/executors/run-commands/schema.json',
    );
    const { properties } = JSON.parse(readFileSync(schema, 'utf8')) as { properties: Record<string, unknown> };
    const taken = [...Object.keys(properties), 'verbose'].map((name) =>
      name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    );
    const options: Record<string, object & { alias?: string }> = { ...experimentOptions, ...sweepOptions, format: {} };
    const ours = Object.entries(options).flatMap(([name, { alias }]) => [name, ...(alias ? [alias] : [])]);
    expect(taken).toContain('parallel');
    expect(ours.filter((name) => taken.includes(name))).toEqual([]);
    expect(ours.filter((name) => !/^[a-z]+(-[a-z]+)*$/.test(name))).toEqual([]);
  });

  it('read seeds, and nothing but whole numbers', () => {
    expect(parseSeeds('0,1, 2')).toEqual([0, 1, 2]);
    expect(() => parseSeeds('0,x')).toThrow('field "--seeds": found "0,x"');
  });

  it('refuse two values where one is meant', () => {
    expect(() => requireSingle({ model: ['a', 'b'] })).toThrow('field "--model": found 2 values, expected one');
    expect(() => requireSingle({ set: ['a=1', 'b=2'] })).not.toThrow();
  });
});
