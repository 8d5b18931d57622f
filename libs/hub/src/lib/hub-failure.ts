import { HttpStatusError, InputError, reasonOf, WorkError } from '@tsarank/io';
import type { HubName } from './hub-name';
import type { HubSettings } from './hub-settings';

/**
 * What a refusal of the Hub means and what to do: wrong input where the name or the token is wrong, failed work otherwise.
 */
export function hubFailure(error: unknown, { given, repository }: HubName, { endpoint, token }: HubSettings): Error {
  if (error instanceof InputError || error instanceof WorkError) return error;
  const page = `${endpoint}/${repository}`;
  const reason = reasonOf(error);
  if (!(error instanceof HttpStatusError)) {
    return new WorkError(
      `${given}: ${page} can't be reached: ${reason}; check the network, or HF_ENDPOINT for a mirror`,
      { cause: error },
    );
  }
  switch (error.status) {
    case 401:
      return wrong(
        given,
        token === undefined
          ? `${reason}: it doesn't exist, or is private; check the name, or give a token in HF_TOKEN (${endpoint}/settings/tokens)`
          : `${reason}: it doesn't exist, or the token isn't valid; check the name, and HF_TOKEN or the stored token`,
      );
    case 403:
      return wrong(
        given,
        `${reason}: access is granted on ${page}; accept its terms there, and give that account's token in HF_TOKEN`,
      );
    case 404:
      return wrong(given, `${reason}: no such model, revision or file; ${page} shows what there is`);
    default:
      return new WorkError(`${given}: ${reason}; the same command goes on where this one stopped`, { cause: error });
  }
}

function wrong(given: string, message: string): InputError {
  return new InputError({ file: given, message });
}
