import { fromBfloat16, fromFloat16, toBfloat16, toFloat16 } from './half-precision';

describe('half precision', () => {
  it('returns every float16 and bfloat16 to its own bits', () => {
    const all = Array.from({ length: 65_536 }, (_, bits) => bits);
    const changed = (from: (bits: number) => number, to: (value: number) => number) =>
      all.filter((bits) => !Number.isNaN(from(bits)) && to(from(bits)) !== bits);
    expect(changed(fromFloat16, toFloat16)).toEqual([]);
    expect(changed(fromBfloat16, toBfloat16)).toEqual([]);
  });

  it('rounds to nearest, ties to even', () => {
    expect(fromFloat16(toFloat16(1 + 2 ** -11))).toBe(1);
    expect(fromFloat16(toFloat16(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(fromFloat16(toFloat16(2 ** -25))).toBe(0);
    expect(fromFloat16(toFloat16(3 * 2 ** -26))).toBe(2 ** -24);
    expect(fromBfloat16(toBfloat16(1 + 2 ** -8))).toBe(1);
    expect(fromBfloat16(toBfloat16(1 + 3 * 2 ** -8))).toBe(1 + 2 ** -6);
  });

  it('keeps NaN and overflows to infinity', () => {
    expect(fromFloat16(toFloat16(NaN))).toBeNaN();
    expect(fromBfloat16(toBfloat16(NaN))).toBeNaN();
    expect(fromFloat16(toFloat16(65_519))).toBe(65_504);
    expect(fromFloat16(toFloat16(65_520))).toBe(Infinity);
    expect(fromFloat16(toFloat16(-1e9))).toBe(-Infinity);
  });
});
