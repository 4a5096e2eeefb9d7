// Looking up what Python counted; nothing here knows of the page.

/** How many distinct scores lie at or above `threshold`; `thresholds` fall. */
export function scoresAtOrAbove(thresholds, threshold) {
  let [low, high] = [0, thresholds.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholds[middle] >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The confusion matrix where a score at or above `threshold` is called positive. */
export function countsAt(table, threshold) {
  const reached = scoresAtOrAbove(table.thresholds, threshold);
  const truePositives = reached ? table.true_positives[reached - 1] : 0;
  const falsePositives = reached ? table.false_positives[reached - 1] : 0;
  return {
    truePositives,
    falsePositives,
    falseNegatives: table.n_positive - truePositives,
    trueNegatives: table.n_negative - falsePositives,
  };
}

/** Each measure as the fraction that it is: part of whole. */
export function measuresOf(counts) {
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = counts;
  const right = truePositives + trueNegatives;
  return {
    sensitivity: { part: truePositives, whole: truePositives + falseNegatives },
    specificity: { part: trueNegatives, whole: trueNegatives + falsePositives },
    precision: { part: truePositives, whole: truePositives + falsePositives },
    accuracy: { part: right, whole: right + falsePositives + falseNegatives },
  };
}

/** The threshold that lets in one more distinct score (down), or one fewer (up). */
export function neighbour({ thresholds }, threshold, direction, highest) {
  const reached = scoresAtOrAbove(thresholds, threshold);
  if (direction === "down") return thresholds[reached] ?? threshold;
  if (reached === 0) return threshold;
  return thresholds[reached - 2] ?? highest;
}
