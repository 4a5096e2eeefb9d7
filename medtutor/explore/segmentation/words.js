// What the segmentation explorer says: pure functions from numbers to sentences.

const OUTCOME_NAMES = {
  hits: "hits (found)",
  falsePositives: "false positives (made up)",
  misses: "misses (overlooked)",
  rest: "rightly left out",
};

function pixelsInWords(count) {
  return count === 1 ? "1 pixel" : `${count} pixels`;
}

/** A count with its area, where the pixel's size is known (else `pixelArea` is 0). */
function areaInWords(count, pixelArea) {
  const pixels = pixelsInWords(count);
  return pixelArea ? `${pixels} (${write(count * pixelArea)} mm²)` : pixels;
}

function scoreInWords({ part, whole }) {
  return whole ? (part / whole).toFixed(3) : "not defined";
}

function fractionInWords(score) {
  const { part, whole } = score;
  return whole ? `${scoreInWords(score)} = ${part} / ${whole}` : "not defined: 0 / 0";
}

function comparisonInWords(counts, pixelArea, classId) {
  const { hits, falsePositives, misses } = counts;
  const { dice, iou } = scoresOf(counts);
  if (!dice.whole)
    return (
      `Class ${classId} has no pixel here, and the mask has none: nothing is wrong, and Dice and ` +
      "IoU are not defined (0 / 0)."
    );
  const truth = hits + misses
    ? `Of the ${pixelsInWords(hits + misses)} of class ${classId}, ${hits} are found and ` +
      `${areaInWords(misses, pixelArea)} missed`
    : `Class ${classId} has no pixel here`;
  return (
    `Dice ${scoreInWords(dice)}, IoU ${scoreInWords(iou)}. ${truth}; ` +
    `false positives: ${areaInWords(falsePositives, pixelArea)}.`
  );
}

function hiddenInWords(painted, pixelArea, classId) {
  return (
    `You have painted ${areaInWords(painted, pixelArea)} as class ${classId}. The truth is hidden ` +
    "until you press “Show truth and score”."
  );
}

/** What is known of the pixel under the cursor. */
function pixelInWords([row, column], { level, inTruth, inMask, painting, hidden }) {
  const own = inMask ? "painted" : "not painted";
  const says = painting ? own : `probability at least ${(level / 100).toFixed(2)}`;
  const place = `Row ${row}, column ${column}: ${says}`;
  if (hidden) return `${place}.`;
  if (inMask) return `${place}, ${inTruth ? "a hit" : "a false positive"}.`;
  return `${place}, ${inTruth ? "a miss" : "rightly left out"}.`;
}
