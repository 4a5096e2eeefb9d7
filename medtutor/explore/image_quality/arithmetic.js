// The arithmetic of the measures, as in scene.py; nothing here knows of the page.

const HIGHEST = 255;
const BLOCK = 8;
const WINDOW = 7;
const K1 = 0.01;
const K2 = 0.03;

const shifted = (values, { columns }, shift) =>
  values.map((_, i) => values[i - Math.min(shift, i % columns)]);

/** Beyond the rim an image goes on as in a mirror: … b a | a b … */
const mirrored = (place, length) => {
  const inside = ((place % (2 * length)) + 2 * length) % (2 * length);
  return inside < length ? inside : 2 * length - 1 - inside;
};

function gaussian(sigma) {
  const reach = Math.floor(4 * sigma + 0.5);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) =>
    Math.exp(-((i - reach) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return { reach, weights: weights.map((weight) => weight / sum) };
}

/** Down, then across: a Gaussian filter is one after the other. */
function blurred(values, { rows, columns }, sigma) {
  if (!(sigma > 0)) return values;
  const { reach, weights } = gaussian(sigma);
  const along = (from, length, at) =>
    weights.reduce((sum, weight, k) => sum + weight * at(mirrored(from + k - reach, length)), 0);
  const down = values.map((_, i) =>
    along(Math.floor(i / columns), rows, (row) => values[row * columns + (i % columns)]),
  );
  return down.map((_, i) =>
    along(i % columns, columns, (column) => down[i - (i % columns) + column]),
  );
}

/** The cosine waves of a block: wave k at pixel n. */
const WAVES = Array.from({ length: BLOCK }, (_, k) =>
  Array.from(
    { length: BLOCK },
    (_, n) =>
      Math.sqrt((k ? 2 : 1) / BLOCK) * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * BLOCK)),
  ),
);
const EIGHT = [...WAVES.keys()];
const sumOver = (term) => EIGHT.reduce((sum, n) => sum + term(n), 0);

function roundedBlock(block, step) {
  const grid = (entry) => EIGHT.map((i) => EIGHT.map((j) => entry(i, j)));
  const half = grid((k, j) => sumOver((n) => WAVES[k][n] * block[n][j]));
  const waves = grid((k, l) => {
    const value = sumOver((n) => half[k][n] * WAVES[l][n]) / step;
    return step * Math.floor(Math.round(value * 1e6) / 1e6 + 0.5);
  });
  const back = grid((i, l) => sumOver((k) => WAVES[k][i] * waves[k][l]));
  return grid((i, j) => sumOver((l) => back[i][l] * WAVES[l][j]));
}

function inBlocks(values, { rows, columns }, step) {
  if (!step) return values;
  const result = values.slice();
  for (let top = 0; top + BLOCK <= rows; top += BLOCK)
    for (let left = 0; left + BLOCK <= columns; left += BLOCK) {
      const place = (i, j) => (top + i) * columns + left + j;
      const block = EIGHT.map((i) => EIGHT.map((j) => values[place(i, j)]));
      roundedBlock(block, step).forEach((line, i) =>
        line.forEach((value, j) => {
          result[place(i, j)] = value;
        }),
      );
    }
  return result;
}

function meanWhere(values, chosen) {
  let [sum, count] = [0, 0];
  values.forEach((value, i) => {
    if (!chosen[i]) return;
    sum += value;
    count += 1;
  });
  return sum / count;
}

const contrastOf = (values, mask, ring) => meanWhere(values, mask) - meanWhere(values, ring);

function psnrOf(original, changed) {
  const error = original.reduce((sum, value, i) => sum + (value - changed[i]) ** 2, 0);
  return error > 0 ? 10 * Math.log10((HIGHEST ** 2 * original.length) / error) : Infinity;
}

/** SSIM of the window whose top left pixel is `first`. */
function ssimAt(a, b, columns, first) {
  const n = WINDOW * WINDOW;
  let [x, y, xx, yy, xy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < WINDOW; i++)
    for (let j = 0; j < WINDOW; j++) {
      const [p, q] = [a[first + i * columns + j], b[first + i * columns + j]];
      x += p;
      y += q;
      xx += p * p;
      yy += q * q;
      xy += p * q;
    }
  const [c1, c2] = [(K1 * HIGHEST) ** 2, (K2 * HIGHEST) ** 2];
  const [mx, my] = [x / n, y / n];
  const spread = (square, product) => (square - product / n) / (n - 1);
  const [vx, vy, cov] = [spread(xx, x * x), spread(yy, y * y), spread(xy, x * y)];
  return (
    ((2 * mx * my + c1) * (2 * cov + c2)) / ((mx * mx + my * my + c1) * (vx + vy + c2))
  );
}

/** SSIM of each window that lies wholly in the image, row by row. */
function ssimMap(a, b, { rows, columns }) {
  const [high, wide] = [rows - WINDOW + 1, columns - WINDOW + 1];
  return Float64Array.from({ length: high * wide }, (_, i) =>
    ssimAt(a, b, columns, Math.floor(i / wide) * columns + (i % wide)),
  );
}

/** `bytes` holds one slice: image, erased, mask, ring, and two parts of noise. */
export function qualityScene(bytes, shape, settings) {
  const { erase, shift, blur, blocks, gain, noise } = settings;
  const original = Float64Array.from(bytes.image);
  const filled = original.map((value, i) => value + (erase / 100) * (bytes.erased[i] - value));
  const moved = inBlocks(blurred(shifted(filled, shape, shift), shape, blur), shape, blocks);
  const spread = (HIGHEST * noise) / 100;
  const size = moved.length;
  const image = moved.map((value, i) => {
    const [real, other] = [bytes.noise[i], bytes.noise[size + i]];
    const bright = (value * gain) / 100;
    const seen = noise ? Math.hypot(bright + spread * real, spread * other) : bright;
    return Math.min(Math.max(seen, 0), HIGHEST);
  });
  const map = ssimMap(original, image, shape);
  return {
    image,
    psnr: psnrOf(original, image),
    ssim: map.reduce((sum, value) => sum + value, 0) / map.length,
    ssim_map: map,
    kept: contrastOf(image, bytes.mask, bytes.ring) / contrastOf(original, bytes.mask, bytes.ring),
  };
}
