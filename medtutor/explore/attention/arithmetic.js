// The arithmetic of attention, as in scene.py; nothing here knows of the page.

const GRID = 8;
const SHARPNESS = { brightness: 30, position: 10 };
// Of each head: a factor, what is added to brightness, row and column, and how sharply it looks.
const HEADS = [
  { factor: 1, added: [0, 0, 0], sharpness: 1 },
  { factor: 1, added: [0, 0, 0], sharpness: 0.25 },
  { factor: 1, added: [1, 0, 0.25], sharpness: 1 },
  { factor: -1, added: [0, 0, 0], sharpness: 1 },
];
const WORTH_A_WORD = 0.1;

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** The mean of each of 64 patches, row by row. */
function patchMeans(image, { rows, columns }) {
  const [high, wide] = [rows / GRID, columns / GRID];
  const sums = new Float64Array(GRID * GRID);
  image.forEach((value, i) => {
    const row = Math.floor(Math.floor(i / columns) / high);
    sums[row * GRID + Math.floor((i % columns) / wide)] += value;
  });
  return sums.map((sum) => sum / (high * wide));
}

/** Each patch as brightness (mean 0, spread 1), row and column (both from −1 to 1). */
function tokensOf(means) {
  const middle = mean(means);
  const spread = Math.max(Math.sqrt(mean(means.map((value) => (value - middle) ** 2))), 1e-6);
  const along = (place) => (2 * place + 1) / GRID - 1;
  return Array.from(means, (value, i) => [
    (value - middle) / spread,
    along(Math.floor(i / GRID)),
    along(i % GRID),
  ]);
}

function softmax(scores) {
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function attentionScene(image, shape, { place, knows, head, size, scaled, temperature }) {
  const means = patchMeans(image, shape);
  const tokens = tokensOf(means);
  const { factor, added, sharpness } = HEADS[head - 1];
  const counts = [knows !== "position" ? SHARPNESS.brightness : 0];
  counts.push(...[1, 2].map(() => (knows !== "brightness" ? SHARPNESS.position : 0)));
  const number = place[0] * GRID + place[1];
  const target = tokens[number].map((value, axis) => factor * value + added[axis]);
  const strength = (sharpness * (scaled ? 1 : Math.sqrt(size))) / temperature;
  const scoreOf = (token) =>
    token.reduce((sum, value, k) => sum + counts[k] * (target[k] * value - value ** 2 / 2), 0);
  const weights = softmax(tokens.map((token) => strength * scoreOf(token)));
  const largest = Math.max(...weights);
  const most = weights.indexOf(largest);
  const bits = weights.reduce((sum, w) => sum - w * Math.log2(Math.max(w, 1e-300)), 0);
  return {
    weights,
    brightness: means[number] / 255,
    n_seen: weights.filter((weight) => weight > WORTH_A_WORD).length,
    most: [Math.floor(most / GRID), most % GRID],
    largest,
    bits: Math.max(bits, 0),
  };
}
