// Pictures of the losses explorer, as SVG: curves over the prediction, and where they stop.

const FRAME = { left: 46, right: 410, top: 12, bottom: 236 };
const N_SAMPLES = 364;

/** The predictions at which curves are drawn. */
function samplesOf([low, high]) {
  return Array.from({ length: N_SAMPLES + 1 }, (_, i) => low + ((high - low) * i) / N_SAMPLES);
}

function drawFrame(x, y, xRange, yRange, axisName) {
  const { left, right, bottom } = FRAME;
  const marks = [
    drawPlotBox(FRAME),
    drawText((left + right) / 2, bottom + 34, axisName),
  ];
  for (const tick of ticksOf(...xRange)) marks.push(drawText(x(tick), bottom + 17, write(tick)));
  for (const tick of ticksOf(...yRange)) {
    marks.push(drawText(left - 5, y(tick) + 4, write(tick), "end"));
    marks.push(drawLine(left, y(tick), right, y(tick), tick === 0 ? "mt-zero" : "mt-grid"));
  }
  return marks;
}

/** Runs of neighbouring samples for which `accept` holds, as pairs of places. */
function runsOf(values, accept) {
  const runs = [];
  values.forEach((value, i) => {
    if (!accept(value)) return;
    if (runs.length && runs.at(-1)[1] === i - 1) runs.at(-1)[1] = i;
    else runs.push([i, i]);
  });
  return runs;
}

function drawCurve({ name, values }, samples, x, y) {
  return runsOf(values, Number.isFinite).map(([from, to]) => {
    const points = [];
    for (let i = from; i <= to; i += 1) points.push(`${x(samples[i]).toFixed(1)},${y(values[i]).toFixed(1)}`);
    return draw("polyline", { points: points.join(" "), class: `mt-curve mt-${name}` });
  });
}

/** Where a formula gives no number any more: a hatched band that says what it gives. */
function drawCliffs({ values }, samples, x) {
  const { top, bottom } = FRAME;
  const kinds = [["NaN", Number.isNaN], ["∞", (v) => Math.abs(v) === Infinity]];
  return kinds.flatMap(([word, accept]) =>
    runsOf(values, accept).flatMap(([from, to]) => {
      const [start, end] = [x(samples[from]), Math.max(x(samples[to]), x(samples[from]) + 2)];
      const box = { x: start, y: top, width: end - start, height: bottom - top };
      const label = end - start > 70 ? `naive: ${word}` : end - start > 24 ? word : "";
      const text = drawText((start + end) / 2, top + 16, label);
      return [draw("rect", { ...box, class: "mt-cliff" }), text];
    }),
  );
}

/** The lowest and highest value that is drawn, with 0 and some room. */
function rangeOf(curves, limit) {
  const finite = curves.flatMap(({ values }) => values.filter(Number.isFinite));
  const low = Math.max(Math.min(0, ...finite), -limit);
  const high = Math.min(Math.max(0, ...finite), limit);
  if (low === high) return [-1, 1];
  const room = 0.05 * (high - low);
  return [low < 0 ? low - room : 0, high > 0 ? high + room : 0];
}

/** All curves over the prediction, and a point on each for the one that is chosen. */
function drawCurves(svg, { curves, samples, range, limit, axisName, prediction }) {
  const { left, right, top, bottom } = FRAME;
  const yRange = rangeOf(curves, limit);
  const x = scale(...range, left, right);
  const y = scale(...yRange, bottom, top);
  const clip = draw("clipPath", { id: `${svg.id}-frame` });
  clip.append(draw("rect", { x: left, y: top, width: right - left, height: bottom - top }));
  const inside = draw("g", { "clip-path": `url(#${svg.id}-frame)` });
  const naive = curves.filter(({ name }) => name === "naive");
  inside.append(
    ...naive.flatMap((curve) => drawCliffs(curve, samples, x)),
    ...curves.flatMap((curve) => drawCurve(curve, samples, x, y)),
    drawLine(x(prediction), top, x(prediction), bottom, "mt-here"),
    ...curves
      .filter(({ now }) => Number.isFinite(now))
      .map(({ name, now }) => draw("circle", { cx: x(prediction), cy: y(now), r: 4.5, class: `mt-dot mt-${name}` })),
  );
  svg.replaceChildren(clip, ...drawFrame(x, y, range, yRange, axisName), inside);
}

/** The prediction under a place on the page. */
function predictionUnder(svg, event, [low, high]) {
  const box = svg.getBoundingClientRect();
  const place = ((event.clientX - box.left) / box.width) * svg.viewBox.baseVal.width;
  const value = scale(FRAME.left, FRAME.right, low, high)(place);
  return Math.min(Math.max(value, low), high);
}
