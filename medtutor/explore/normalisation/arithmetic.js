// The arithmetic of normalising; nothing here knows of the page.

/** The value of the stray pixel; 0 tenths of the range leave the pixel as it is. */
export function strayValue(sorted, own, stray) {
  const [low, high] = [sorted[0], sorted.at(-1)];
  return stray ? high + (stray / 10) * (high - low) : own;
}

/** An image with one pixel changed, as what it takes to normalise it: `sorted` stays as it was. */
export function makeImage(pixels, sorted, at, stray) {
  const own = pixels[at];
  const value = strayValue(sorted, own, stray);
  const n = pixels.length;
  // Where the stray pixel's own value stands among the sorted ones, and where its new one would.
  const leaves = sorted.indexOf(own);
  const ranked = (rank) => {
    if (!stray) return sorted[rank];
    return rank === n - 1 ? value : sorted[rank < leaves ? rank : rank + 1];
  };
  const others = [sorted[leaves === 0 ? 1 : 0], sorted[leaves === n - 1 ? n - 2 : n - 1]];
  return { pixels, at, value, n, ranked, others, ...momentsOf(pixels, at, value) };
}

function momentsOf(pixels, at, value) {
  let sum = value - pixels[at];
  for (const pixel of pixels) sum += pixel;
  const mean = sum / pixels.length;
  let squares = (value - mean) ** 2 - (pixels[at] - mean) ** 2;
  for (const pixel of pixels) squares += (pixel - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / pixels.length) };
}

/** A percentile, interpolated between two pixels' values as NumPy does. */
export function percentileOf({ ranked, n }, percent) {
  const place = (n - 1) * (percent / 100);
  const below = Math.floor(place);
  const [from, to] = [ranked(below), ranked(Math.min(below + 1, n - 1))];
  const part = place - below;
  return part < 0.5 ? from + (to - from) * part : to - (to - from) * (1 - part);
}

/** What a method does to a value: cut to floor and ceiling, shift, divide; null if by 0. */
export function methodOf(image, method, { low, high }) {
  const [lowest, highest] = [image.ranked(0), image.ranked(image.n - 1)];
  const rule = {
    min_max: () => ({ floor: lowest, ceiling: highest, shift: lowest, size: highest - lowest }),
    z_score: () => ({ floor: lowest, ceiling: highest, shift: image.mean, size: image.sd }),
    percentiles: () => {
      const [floor, ceiling] = [percentileOf(image, low), percentileOf(image, high)];
      return { floor, ceiling, shift: floor, size: ceiling - floor };
    },
  }[method]();
  return rule.size > 0 ? rule : null;
}

export function apply({ floor, ceiling, shift, size }, value) {
  return (Math.min(Math.max(value, floor), ceiling) - shift) / size;
}

/** All pixels after a method, the stray one included. */
export function normalised(image, rule) {
  const result = Float64Array.from(image.pixels);
  result[image.at] = image.value;
  for (let i = 0; i < result.length; i++) result[i] = apply(rule, result[i]);
  return result;
}

/** Mean, spread and ends of some values. */
export function summaryOf(values) {
  let [low, high, sum, squares] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  const mean = sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, sd: Math.sqrt(squares / values.length), low, high };
}

/** How much of the other pixels' range is left, beside the image without a stray pixel. */
export function contrastLeft(image, plain, method, percentiles) {
  const [rule, before] = [image, plain].map((one) => methodOf(one, method, percentiles));
  if (!rule || !before) return null;
  const [lowest, highest] = image.others;
  const range = (one) => apply(one, highest) - apply(one, lowest);
  return range(before) > 0 ? range(rule) / range(before) : null;
}

/** Share of the pixels that are cut to the floor or the ceiling. */
export function shareCut({ pixels, at, value }, { floor, ceiling }) {
  const isCut = (one) => one < floor || one > ceiling;
  let count = isCut(value) - isCut(pixels[at]);
  for (const pixel of pixels) count += isCut(pixel);
  return count / pixels.length;
}

export function histogramOf(values, low, high, nBins) {
  const counts = new Array(nBins).fill(0);
  const width = (high - low) / nBins;
  for (const value of values) counts[Math.min(Math.floor((value - low) / width), nBins - 1)]++;
  return counts;
}
