import { runCommandText, tableCommandText } from './command-text';

describe('runCommandText', () => {
  it('is the plain command where nothing was asked for', () => {
    expect(runCommandText({ experiment: 'recipe', out: 'runs', json: true })).toBe('npx ablate');
  });

  it('repeats what changes the runs, as a shell reads it', () => {
    const text = runCommandText({
      experiment: 'negatives',
      out: 'my runs',
      json: false,
      seeds: '0,1',
      set: ['finetune.steps=3', "model=it's"],
    });
    expect(text).toBe(`npx ablate negatives --seeds 0,1 --set finetune.steps=3 --set 'model=it'\\''s' --out 'my runs'`);
  });
});

describe('tableCommandText', () => {
  it('refreshes a file with the same options', () => {
    expect(tableCommandText({ experiment: 'recipe', out: 'runs', json: false }, 'README.md')).toBe(
      'npx ablate table --write README.md',
    );
    const options = { experiment: 'negatives', seeds: '0,1', out: 'runs', json: false };
    expect(tableCommandText(options, 'my table.md')).toBe(
      "npx ablate table negatives --seeds 0,1 --write 'my table.md'",
    );
  });
});
