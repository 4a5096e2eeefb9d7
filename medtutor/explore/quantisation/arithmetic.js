// The arithmetic of few bits, as in scene.py; nothing here knows of the page.

const N_BINS = 41;

/** Round as NumPy does: a half goes to the even neighbour. */
function rint(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** A percentile with straight lines between the values, as NumPy's. */
function percentile(sorted, share) {
  const place = (share / 100) * (sorted.length - 1);
  const first = Math.floor(place);
  const part = place - first;
  const [a, b] = [sorted[first], sorted[Math.min(first + 1, sorted.length - 1)]];
  return part < 0.5 ? a + (b - a) * part : b - (b - a) * (1 - part);
}

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** All weights of one filter, in the order of rows, columns and channels. */
function weightsOf(kernel, [, , , filters], filter) {
  return Float64Array.from({ length: kernel.length / filters }, (_, i) => kernel[i * filters + filter]);
}

function rangeOf(weights, symmetric, clip) {
  const sorted = Float64Array.from(weights, symmetric ? Math.abs : Number).sort();
  const high = percentile(sorted, clip);
  if (symmetric) return [-high, high];
  return [Math.min(percentile(sorted, 100 - clip), 0), Math.max(high, 0)];
}

function levelsOf(weights, { bits, symmetric, clip }) {
  const half = 2 ** (bits - 1);
  const [low, high] = rangeOf(weights, symmetric, clip);
  const reach = symmetric ? high / (half - 1) : (high - low) / (2 * half - 1);
  const scale = reach > 0 ? reach : 1;
  const zero = symmetric || !(reach > 0) ? 0 : rint(-half - low / scale);
  return { scale, zero, lowest: symmetric ? 1 - half : -half, highest: half - 1 };
}

function histogram(weights, limit) {
  const counts = Array(N_BINS).fill(0);
  for (const weight of weights) {
    const bin = Math.floor(((weight + limit) / (2 * limit)) * N_BINS);
    counts[Math.max(0, Math.min(bin, N_BINS - 1))] += 1;
  }
  return counts;
}

/** The map of one filter: no padding, steps of one pixel. */
function mapOf(image, [rows, columns, channels], weights, [high, wide]) {
  const [tall, broad] = [rows - high + 1, columns - wide + 1];
  const values = new Float64Array(tall * broad);
  for (let i = 0; i < tall; i++)
    for (let j = 0; j < broad; j++) {
      let total = 0;
      for (let p = 0, k = 0; p < high; p++) {
        const start = ((i + p) * columns + j) * channels;
        for (let c = 0; c < wide * channels; c++, k++) total += image[start + c] * weights[k];
      }
      values[i * broad + j] = total;
    }
  return { values, rows: tall, columns: broad };
}

/** `layer` holds kernel and image with their shapes. */
export function quantisationScene(layer, settings) {
  const { kernel, image, kernelShape, imageShape } = layer;
  const weights = weightsOf(kernel, kernelShape, settings.filter);
  const { scale, zero, lowest, highest } = levelsOf(settings.per_filter ? weights : kernel, settings);
  const steps = weights.map((weight) => rint(weight / scale) + zero);
  const whole = steps.map((step) => Math.max(lowest, Math.min(step, highest)));
  const back = whole.map((q) => scale * (q - zero));
  const errors = back.map((value, i) => Math.abs(value - weights[i]));
  const limit = kernel.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
  const power = sum(errors.map((error) => error * error));
  const signal = sum(weights.map((weight) => weight * weight));
  return {
    scale,
    zero_point: zero,
    levels: Array.from({ length: highest - lowest + 1 }, (_, i) => scale * (lowest + i - zero)),
    used: new Set(whole).size,
    counts: histogram(weights, limit),
    largest: Math.max(...errors),
    mean: sum(errors) / errors.length,
    clipped: steps.filter((step, i) => step !== whole[i]).length / steps.length,
    snr_db: power > 0 ? 10 * Math.log10(signal / power) : Infinity,
    exact: mapOf(image, imageShape, weights, kernelShape),
    rounded: mapOf(image, imageShape, back, kernelShape),
    limit,
  };
}
