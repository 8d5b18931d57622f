import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, withoutCredentials } from '@tsarank/io';

/** Where models come from and where they are kept. */
export interface HubSettings {
  /** Without a slash at its end. */
  endpoint: string;
  /** Holds a `models--org--name` folder for each model. */
  cacheDirectory: string;
  token?: string;
  /** `Authorization` of a mirror whose address names user and password; a token goes before it. */
  login?: string;
  /** Nothing is asked of the network. */
  offline: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const TRUE = /^(1|on|yes|true)$/i;

/**
 * The settings that Hugging Face's own libraries read: HF_ENDPOINT; HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME,
 * XDG_CACHE_HOME; HF_TOKEN, HUGGING_FACE_HUB_TOKEN, HF_TOKEN_PATH and the file that a log-in leaves; HF_HUB_OFFLINE.
 *
 * @param environment Variables as the process has them; an empty one counts as not set.
 * @param home The user's folder.
 * @throws {InputError} when the endpoint is no address.
 *
 * Source: huggingface_hub, `constants.py`.
 */
export function hubSettings(environment: Environment, home: string): HubSettings {
  const value = (...names: string[]): string | undefined =>
    names.map((name) => environment[name]?.trim()).find((each) => each !== undefined && each !== '');
  const expanded = (path: string): string => path.replace(/^~(?=$|\/)/, home);
  const hfHome = expanded(value('HF_HOME') ?? join(value('XDG_CACHE_HOME') ?? join(home, '.cache'), 'huggingface'));
  const token =
    value('HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN') ??
    storedToken(expanded(value('HF_TOKEN_PATH') ?? join(hfHome, 'token')));
  return {
    ...endpointOf(value('HF_ENDPOINT') ?? 'https://huggingface.co'),
    cacheDirectory: expanded(value('HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE') ?? join(hfHome, 'hub')),
    ...(token === undefined ? {} : { token }),
    offline: TRUE.test(value('HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE') ?? ''),
  };
}

function endpointOf(given: string): Pick<HubSettings, 'endpoint' | 'login'> {
  if (/^https?:\/\/[^\s/]/.test(given) && URL.canParse(given)) {
    const url = new URL(given);
    // No message may show them, and `fetch` takes no address that has them.
    const named = [url.username, url.password].map(decodeURIComponent);
    url.username = url.password = '';
    const login = `Basic ${Buffer.from(named.join(':')).toString('base64')}`;
    return { endpoint: url.href.replace(/\/+$/, ''), ...(named.join('') === '' ? {} : { login }) };
  }
  throw new InputError({
    field: 'HF_ENDPOINT',
    found: `"${withoutCredentials(given)}"`,
    expected: 'an address such as https://huggingface.co',
  });
}

function storedToken(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    return text === '' ? undefined : text;
  } catch {
    return undefined; // nobody has logged in
  }
}
