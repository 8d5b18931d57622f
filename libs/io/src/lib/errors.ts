/** Where an input went wrong, and how. Every part is optional; the message is made of those given. */
export interface InputProblem {
  /** The file as the user named it. */
  file?: string;
  /** Line number, from 1. */
  line?: number;
  /** The field or option, with dots for nesting: `finetune.negatives`. */
  field?: string;
  found?: string;
  expected?: string;
  /** What is wrong, where found and expected alone don't say it. */
  message?: string;
}

/**
 * The input was wrong: the user can mend it. Commands exit with 2.
 *
 * @example
 * new InputError({ file: 'groups.jsonl', line: 3, field: 'documents', found: 'string', expected: 'array' }).message;
 * // groups.jsonl:3: field "documents": found string, expected array
 */
export class InputError extends Error {
  readonly exitCode = 2;
  readonly problem: InputProblem;

  constructor(problem: InputProblem) {
    super(describe(problem));
    this.name = 'InputError';
    this.problem = problem;
  }
}

/** The work failed though the input was right: a diverged loss, a killed child. Commands exit with 1. */
export class WorkError extends Error {
  readonly exitCode = 1;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WorkError';
  }
}

function describe({ file, line, field, found, expected, message }: InputProblem): string {
  const place = file === undefined ? '' : line === undefined ? `${file}: ` : `${file}:${line}: `;
  const subject = field === undefined ? '' : `field "${field}": `;
  const difference = [
    found === undefined ? '' : `found ${found}`,
    expected === undefined ? '' : `expected ${expected}`,
  ].filter((part) => part !== '');
  const said = message === undefined ? [] : [message];
  return `${place}${subject}${[...said, ...difference].join(', ')}`;
}
