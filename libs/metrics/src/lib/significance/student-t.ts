/**
 * Two-sided p-value of Student's t: P(|T| >= |t|) = I_x(n/2, 1/2) with x = n / (n + t^2).
 *
 * @param t The statistic; infinite gives 0.
 * @param degreesOfFreedom n > 0.
 * @throws {RangeError} when the degrees of freedom are not positive.
 *
 * Source: DLMF 8.17 (https://dlmf.nist.gov/8.17); checked against scipy.stats.t in the spec.
 *
 * @example
 * studentTwoSided(2.2281, 10); // 0.0500
 */
export function studentTwoSided(t: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom > 0)) throw new RangeError(`degreesOfFreedom must be > 0, got ${degreesOfFreedom}`);
  if (!Number.isFinite(t)) return Number.isNaN(t) ? NaN : 0;
  const square = t * t;
  const whole = degreesOfFreedom + square;
  return regularizedBeta(degreesOfFreedom / whole, square / whole, degreesOfFreedom / 2, 0.5);
}

/** I_x(a, b), given x and y = 1 - x; the side on which the continued fraction converges fast. */
function regularizedBeta(x: number, y: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log(y));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(y, b, a)) / b;
}

/** DLMF 8.17.22 by the modified Lentz method. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return fraction;
}

/** ln Gamma(x) for x > 0: recurrence up to 10, then Stirling's series (DLMF 5.11.1). */
function logGamma(x: number): number {
  let shift = 0;
  let z = x;
  for (; z < 10; z += 1) shift += Math.log(z);
  const w = 1 / (z * z);
  const series = 1 / 12 - w * (1 / 360 - w * (1 / 1260 - w * (1 / 1680 - w * (1 / 1188 - (w * 691) / 360360))));
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series / z - shift;
}
