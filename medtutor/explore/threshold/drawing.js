// Pictures of the threshold explorer, as SVG: histogram of the scores, ROC curve.

const HISTOGRAM = { left: 44, right: 310, top: 22, middle: 112, bottom: 202 };

function percent(share_) {
  return `${Math.round(100 * share_)} %`;
}

/** Bars of one class; what lies on the wrong side of the threshold is drawn hollow. */
function drawBars(shares, edges, threshold, x, y, rightSide, name) {
  const bar = (from, to, share_, right) => {
    const [top, bottom] = [y(share_), y(0)].sort((a, b) => a - b);
    const box = { x: x(from), width: x(to) - x(from), y: top, height: bottom - top };
    return draw("rect", { ...box, class: `mt-bar-${name} ${right ? "" : "mt-wrong"}` });
  };
  return shares.flatMap((share_, i) => {
    const [from, to] = [edges[i], edges[i + 1]];
    const cut = Math.max(from, Math.min(threshold, to));
    const parts = [[from, cut, rightSide === "left"], [cut, to, rightSide === "right"]];
    return parts.filter(([a, b]) => share_ > 0 && b > a).map(([a, b, r]) => bar(a, b, share_, r));
  });
}

function drawHistogramFrame(x, edges, highest) {
  const { left, right, top, middle, bottom } = HISTOGRAM;
  const ends = [edges[0], (edges[0] + edges.at(-1)) / 2, edges.at(-1)];
  return [
    drawLine(left, middle, right, middle),
    drawLine(left, top, left, bottom),
    ...ends.map((value) => drawText(x(value), bottom + 34, write(value))),
    drawText((left + right) / 2, bottom + 51, "score of the positive class"),
    drawText(left - 5, middle + 4, "0", "end"),
    drawText(left - 5, top + 4, percent(highest), "end"),
    drawText(left - 5, bottom + 4, percent(highest), "end"),
    drawUpwards(12, middle, "share of the class"),
  ];
}

/** Positive class above the axis, negative class below it, the threshold across both. */
function drawHistogram(svg, { histogram, table, threshold, range, counts }) {
  const { left, right, top, middle, bottom } = HISTOGRAM;
  const positive = histogram.positive.map((n) => n / table.n_positive);
  const negative = histogram.negative.map((n) => n / table.n_negative);
  const highest = Math.max(...positive, ...negative);
  const x = scale(range.low, range.high, left, right);
  const place = x(Math.max(range.low, Math.min(threshold, range.high)));
  const up = scale(0, highest, middle, top);
  const down = scale(0, highest, middle, bottom);
  svg.replaceChildren(
    ...drawBars(positive, histogram.edges, threshold, x, up, "right", "positive"),
    ...drawBars(negative, histogram.edges, threshold, x, down, "left", "negative"),
    ...drawHistogramFrame(x, histogram.edges, highest),
    drawLine(place, top - 8, place, bottom + 8, "mt-threshold"),
    drawText(left + 4, top - 9, `false negatives ${counts.falseNegatives}`, "start"),
    drawText(right, top - 9, `true positives ${counts.truePositives}`, "end"),
    drawText(left + 4, bottom + 15, `true negatives ${counts.trueNegatives}`, "start"),
    drawText(right, bottom + 15, `false positives ${counts.falsePositives}`, "end"),
  );
}

/** The ROC curve with the operating point on it. */
function drawRoc(svg, { table, counts }) {
  const { left, right, bottom } = SQUARE;
  const points = table.thresholds.map((_, i) => [
    toX(table.false_positives[i] / table.n_negative),
    toY(table.true_positives[i] / table.n_positive),
  ]);
  const [cx, cy] = [
    toX(counts.falsePositives / table.n_negative),
    toY(counts.truePositives / table.n_positive),
  ];
  svg.replaceChildren(
    ...drawSquare("1 − specificity", "sensitivity"),
    drawDiagonal(),
    drawText(right - 6, bottom - 8, "dashed: chance", "end"),
    draw("polyline", { points: [[left, bottom], ...points].join(" "), class: "mt-roc" }),
    drawLine(cx, cy, cx, bottom, "mt-guide"),
    drawLine(left, cy, cx, cy, "mt-guide"),
    draw("circle", { cx, cy, r: 6, class: "mt-point" }),
  );
}
