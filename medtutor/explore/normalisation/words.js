// What the normalisation explorer says: pure functions from numbers to sentences.

const TITLES = { min_max: "Min-max", z_score: "Z-score", percentiles: "Percentile clipping" };

function perCentInWords(part) {
  if (part === null) return "not defined";
  return `${part > 0 && part < 0.1 ? (100 * part).toFixed(1) : Math.round(100 * part)} %`;
}

function strayInWords(image, stray) {
  return stray ? write(image.value) : "none";
}

function normalisationInWords(image, stray, left, cut) {
  const [low, high] = image.others.map(write);
  if (!stray)
    return (
      `No stray pixel: the image goes from ${write(image.ranked(0))} to ` +
      `${write(image.ranked(image.n - 1))}, mean ${write(image.mean)}, standard deviation ` +
      `${write(image.sd)}. Move “Stray pixel” up and see which picture stays as it is. ` +
      cutInWords(cut)
    );
  const parts = Object.entries(TITLES).map(
    ([method, title]) => `${title.toLowerCase()} ${perCentInWords(left[method])}`,
  );
  return (
    `One pixel is ${write(image.value)}; all others lie between ${low} and ${high}. ` +
    `Of their range of grey is left: ${parts.join(", ")}. ${cutInWords(cut)}`
  );
}

function cutInWords(cut) {
  return cut === null ? "" : `Clipping cuts off ${perCentInWords(cut)} of the pixels.`;
}

/** What a method does, with its numbers. */
function ruleInWords(method, rule, image, percentiles) {
  const { low, high } = percentiles;
  if (!rule) {
    const both = method === "percentiles" ? `percentiles ${low} and ${high} are the same value` : "";
    return `${TITLES[method]}: not defined, ${both || "all pixels are the same"}`;
  }
  const [shift, size] = [rule.shift, rule.size].map(write);
  if (method === "z_score") return `Z-score: (x − mean ${shift}) / SD ${size}`;
  const [floor, ceiling] = [rule.floor, rule.ceiling].map(write);
  if (method === "min_max") return `Min-max: ${floor} becomes 0, ${ceiling} becomes 1`;
  return `Percentile clipping: ${floor} or less becomes 0, ${ceiling} or more 1`;
}
