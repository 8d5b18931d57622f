import type { AblationSpec } from '@tsarank/ablation';
import { tiny } from '@tsarank/config';
import { trackingRequest } from './tracking-options';

const spec: AblationSpec = {
  name: 'negatives',
  question: 'How many?',
  base: tiny,
  variants: { few: {}, many: {} },
  baseline: 'few',
  seeds: [0],
  measures: ['nDCG@10'],
};

describe('trackingRequest', () => {
  it('takes tags apart and adds the table of the paper', () => {
    const paper = { table: 'in-domain', rows: {} } as unknown as NonNullable<AblationSpec['paper']>;
    expect(trackingRequest({ ...spec, paper }, { tags: 'a, b,' }).tags).toEqual(['paper:in-domain', 'a', 'b']);
  });

  it.each([
    [{ project: 'team/proj:1' }, spec, 'field "--project": found "team/proj:1"'],
    [{ entity: '' }, spec, 'field "--entity": found ""'],
    [{ tags: `a,${'t'.repeat(65)}` }, spec, 'field "--tags"'],
    [{}, { ...spec, name: 'n'.repeat(65) }, 'field "name"'],
    [{}, { ...spec, variants: { few: {}, ['v'.repeat(122)]: {} } }, 'field "variants"'],
  ])('refuses names that W&B refuses: %j', (options, of, message) => {
    expect(() => trackingRequest(of, options)).toThrow(message);
  });
});
