// What a private training promises: the same as privacy_scene in Python.

const MOST = { order: 128, steps: 5000 };
const RARE = 0.01;
const STEPS_SHOWN = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000];
const LOG_FACTORIAL = [0];
for (let n = 1; n <= MOST.order; n++) LOG_FACTORIAL.push(LOG_FACTORIAL[n - 1] + Math.log(n));

/** Logarithm of a sum of numbers whose logarithms are given. */
function logSum(logs) {
  const largest = Math.max(...logs);
  return largest + Math.log(logs.reduce((sum, one) => sum + Math.exp(one - largest), 0));
}

/** Rényi divergence of one step, of one order. */
function divergence(order, rate, noise) {
  if (rate === 1) return order / (2 * noise ** 2);
  const logs = [];
  for (let k = 0; k <= order; k++) {
    const binomial = LOG_FACTORIAL[order] - LOG_FACTORIAL[k] - LOG_FACTORIAL[order - k];
    const share_ = (order - k) * Math.log1p(-rate) + k * Math.log(rate);
    logs.push(binomial + share_ + (k * (k - 1)) / (2 * noise ** 2));
  }
  return logSum(logs) / (order - 1);
}

/** A function from steps to ε: the divergences are computed once. */
function accountant(rate, noise, delta) {
  const orders = Array.from({ length: MOST.order - 1 }, (_, i) => i + 2);
  const each = orders.map((order) => divergence(order, rate, noise));
  const rest = orders.map(
    (order) => Math.log1p(-1 / order) - (Math.log(delta) + Math.log(order)) / (order - 1),
  );
  return (steps) => Math.max(0, Math.min(...each.map((one, i) => steps * one + rest[i])));
}

/** The largest share of members that can be found at a share of false alarms. */
function limitAt(falseAlarms, epsilon, delta) {
  const ofMembers = Math.exp(Math.min(epsilon, 700)) * falseAlarms + delta;
  const ofOthers = 1 - Math.exp(-epsilon) * (1 - delta - falseAlarms);
  return Math.min(ofMembers, ofOthers, 1);
}

/** Chance of a normal number above z (Abramowitz and Stegun 7.1.26, to 1e-7). */
function above(z) {
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const parts = [0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429];
  const tail = 0.5 * Math.exp(-x * x) * parts.reduceRight((sum, part) => (sum + part) * t, 0);
  return z < 0 ? 1 - tail : tail;
}

/** False alarms and share found of the best attacker who sees one step. */
function oneLook(cut, rate, noise) {
  const falseAlarms = above(cut);
  return [falseAlarms, (1 - rate) * falseAlarms + rate * above(cut - 1 / noise)];
}

export function sceneOf({ noise, batch, patients, steps }) {
  const [rate, delta] = [batch / patients, 1 / (10 * patients)];
  const spentIn = accountant(rate, noise, delta);
  const epsilon = spentIn(steps);
  const shares = Array.from({ length: 101 }, (_, i) => i / 100);
  return {
    noise,
    batch,
    patients,
    steps,
    delta,
    epsilon,
    found: limitAt(RARE, epsilon, delta),
    limit: shares.map((share_) => [share_, limitAt(share_, epsilon, delta)]),
    one_look: Array.from({ length: 33 }, (_, i) => oneLook(4 - i / 4, rate, noise)),
    spent: STEPS_SHOWN.map((n) => [n, spentIn(n)]),
  };
}
