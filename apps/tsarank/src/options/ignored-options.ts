import { InputError } from '@tsarank/io';

/** An option that changes nothing beside others. */
export interface IgnoredOption {
  /** Its long name. */
  option: string;
  /** Whether the user gave it. */
  given: boolean;
  /** The options that take its effect away, as `with --weights rank=0`. */
  when: string;
}

/** @throws {InputError} naming the first option that was given though it would change nothing. */
export function refuseIgnored(options: readonly IgnoredOption[]): void {
  const ignored = options.find(({ given }) => given);
  if (ignored === undefined) return;
  throw new InputError({
    field: ignored.option,
    message: `--${ignored.option} has no effect ${ignored.when}; leave it out`,
  });
}
