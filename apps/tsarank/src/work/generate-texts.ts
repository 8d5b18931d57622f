import { readPrompts } from '@tsarank/data';
import type { PromptRecord } from '@tsarank/data';
import { InputError, print, writeFileAtomic } from '@tsarank/io';
import { continuation, generate, stopIds, TextStream } from '@tsarank/model';
import type { Generated, LoadedModel } from '@tsarank/model';
import type { Log } from '../log';
import type { ENGINES } from '../options/shared-options';
import { openEngine } from './open-engine';
import { openModel } from './open-model';

export interface GenerateValues {
  model: string;
  engine: (typeof ENGINES)[number];
  jobs?: number;
  prompts?: string;
  prompt?: string;
  maxNewTokens: number;
  temperature: number;
  topP: number;
  topK?: number;
  seed: number;
  batchTokens: number;
  out?: string;
  json: boolean;
}

interface PlacedText {
  record: PromptRecord;
  file?: string;
  line?: number;
}

/**
 * Continues a file of prompts, or one given as text: lines with "text", "tokens" (ids, a token that ends the text included) and
 * "finishReason"; for one text the text alone, printed as it grows.
 */
export async function generateTexts(values: GenerateValues, log: Log): Promise<void> {
  const texts: PlacedText[] =
    values.prompts === undefined ? [{ record: { prompt: values.prompt! } }] : readPrompts(values.prompts);
  await openEngine(values, log);
  const loaded = await openModel(values.model, log);
  const prompts = texts.map((text) => promptIds(loaded, text));
  const streams = values.prompts === undefined && values.out === undefined && !values.json;
  const results = await (streams ? printedAsItGrows : withProgress)(values, loaded, prompts, log);
  loaded.model.dispose();
  if (streams) return;
  const lines = results.map((result, index) => {
    const text = textOf(loaded, prompts[index]!, result);
    return JSON.stringify({ ...texts[index]!.record, text, tokens: result.ids, finishReason: result.finishReason });
  });
  const isPlain = values.prompts === undefined && !values.json;
  const whole = isPlain ? textOf(loaded, prompts[0]!, results[0]!) : lines.join('\n');
  if (values.out === undefined) print(`${whole}\n`);
  else writeFileAtomic(values.out, `${whole}\n`);
}

/** @throws {InputError} naming the line of a prompt that the model can't go on from. */
function promptIds({ model, tokenizer }: LoadedModel, { record, file, line }: PlacedText): number[] {
  const ids = tokenizer.encode(record.prompt);
  const wrong = (found: string, expected: string) => new InputError({ file, line, field: 'prompt', found, expected });
  if (ids.length === 0) throw wrong('no token', 'a text');
  const { longestSequence: longest = Infinity } = model;
  if (ids.length > longest)
    throw wrong(`${ids.length} tokens`, `${longest} at most, as the model has no further positions`);
  return ids;
}

type Continue = (values: GenerateValues, loaded: LoadedModel, prompts: number[][], log: Log) => Promise<Generated[]>;

const printedAsItGrows: Continue = async (values, loaded, prompts) => {
  const stops = stopIds(loaded.model, loaded.tokenizer);
  const stream = new TextStream(loaded.tokenizer, prompts[0]!);
  const onToken = (_: number, id: number) => void (stops.includes(id) || print(stream.push(id)));
  const results = await generate({ ...values, model: loaded.model, prompts, stopIds: stops, onToken });
  print(`${stream.end()}\n`);
  return results;
};

const withProgress: Continue = async (values, loaded, prompts, log) => {
  const most = prompts.length * values.maxNewTokens;
  const progress = log.progress('generate', most);
  let done = 0;
  const results = await generate({
    ...values,
    model: loaded.model,
    prompts,
    stopIds: stopIds(loaded.model, loaded.tokenizer),
    onToken: () => progress.update((done += 1)),
  });
  progress.finish();
  return results;
};

/** What is added to the prompt, without the token that ends it. */
function textOf({ tokenizer }: LoadedModel, prompt: readonly number[], { ids, finishReason }: Generated): string {
  return continuation(tokenizer, prompt, finishReason === 'stop' ? ids.slice(0, -1) : ids);
}
