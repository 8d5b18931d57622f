import { InputError, WorkError } from './errors';

describe('InputError', () => {
  it.each([
    [
      { file: 'a.jsonl', line: 3, field: 'documents', found: 'string', expected: 'array' },
      'a.jsonl:3: field "documents": found string, expected array',
    ],
    [{ file: 'a.json', message: 'no such file' }, 'a.json: no such file'],
    [
      { field: 'finetune.negatives', found: '0', expected: 'at least 1' },
      'field "finetune.negatives": found 0, expected at least 1',
    ],
    [{ message: 'unknown measure', found: 'nDGC@10' }, 'unknown measure, found nDGC@10'],
  ])('says place, finding and expectation: %j', (problem, message) => {
    expect(new InputError(problem).message).toBe(message);
  });

  it('asks for exit status 2, failed work for 1', () => {
    expect(new InputError({ message: 'x' }).exitCode).toBe(2);
    expect(new WorkError('x').exitCode).toBe(1);
  });
});
