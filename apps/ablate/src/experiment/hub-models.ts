import { homedir } from 'node:os';
import type { AblationSpec } from '@tsarank/ablation';
import type { ConfigPatch } from '@tsarank/config';
import { hubSettings, isHubName, pinModel, type HubSettings } from '@tsarank/hub';
import { createProgress, printNotice, type Progress } from '@tsarank/io';

/** What takes no longer needs no progress: the files are there, and were only asked for. */
const UNSHOWN_MS = 500;

/** Where published models come from and are kept, as Hugging Face's own variables say. */
export function hubOfEnvironment(): HubSettings {
  return hubSettings(process.env, homedir());
}

/**
 * The spec with every model named `hf:` pinned to the commit that its branch or tag stands for now: the plan, its run ids and
 * the records then mean those files for ever. What the cache lacks is fetched first.
 *
 * @throws As pinModel.
 */
export async function withPinnedModels(
  spec: AblationSpec,
  hub: () => HubSettings = hubOfEnvironment,
): Promise<AblationSpec> {
  const variants = Object.entries(spec.variants);
  const named = [spec.base.model, ...variants.map(([, { model }]) => model)].filter(
    (model) => typeof model === 'string' && isHubName(model),
  );
  const pinned = new Map<unknown, string>();
  for (const name of new Set(named as string[])) pinned.set(name, await pinnedName(name, hub()));
  if (pinned.size === 0) return spec;
  const patched = variants.map(([variant, patch]): [string, ConfigPatch] => {
    const model = pinned.get(patch.model);
    return [variant, model === undefined ? patch : { ...patch, model }];
  });
  const model = pinned.get(spec.base.model) ?? spec.base.model;
  return { ...spec, base: { ...spec.base, model }, variants: Object.fromEntries(patched) };
}

async function pinnedName(given: string, settings: HubSettings): Promise<string> {
  let progress: Progress | undefined;
  const started = performance.now();
  const show = (done: number, total: number): void => {
    if (performance.now() - started < UNSHOWN_MS) return;
    progress ??= createProgress({ label: `fetching ${given}, bytes`, total });
    progress.update(done);
  };
  const { name } = await pinModel(given, {
    settings,
    onProgress: show,
    log: (line) => printNotice(`ablate: ${line}\n`),
  });
  progress?.finish();
  return name;
}
