// Pictures of the segmentation explorer: the slice, what is right and wrong on it, the brush,
// and Dice and IoU over the threshold. Each outcome has a pattern, so colour alone never tells.

const OUTCOMES = {
  hits: { colour: "#56b4e9", marks: [] },
  falsePositives: { colour: "#e69f00", marks: [[0, 10, 10, 0], [-5, 5, 5, -5], [5, 15, 15, 5]] },
  misses: { colour: "#f0e442", marks: [[0, 5, 10, 5], [5, 0, 5, 10]] },
  painted: { colour: "#009e73", marks: [] },
};
const TILE = 10;
const CURVE = { left: 40, right: 320, top: 10, bottom: 150 };

/** A tile of an outcome's colour and marks, to fill areas of any form with. */
function tileOf(name) {
  const canvas = make("canvas", { width: TILE, height: TILE });
  const context = canvas.getContext("2d");
  context.fillStyle = OUTCOMES[name].colour;
  context.fillRect(0, 0, TILE, TILE);
  context.strokeStyle = "#000";
  context.lineWidth = 2;
  for (const [x1, y1, x2, y2] of OUTCOMES[name].marks) {
    context.beginPath();
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
    context.stroke();
  }
  return canvas;
}

/** Lay an outcome's pattern over the pixels whose value in `codes` is `code`. */
function drawOutcome(context, shape, name, codes, code, opacity) {
  if (!codes.includes(code)) return;
  const { width, height, unit } = context.canvas;
  const layer = make("canvas", { width, height }).getContext("2d");
  enlarge(layer, pixelsOf(shape, codes, (found) => (found === code ? 0xff000000 : 0)), unit);
  layer.globalCompositeOperation = "source-in";
  layer.fillStyle = layer.createPattern(tileOf(name), "repeat");
  layer.fillRect(0, 0, width, height);
  context.globalAlpha = opacity;
  context.drawImage(layer.canvas, 0, 0);
  context.globalAlpha = 1;
}

/** What the mask got right and wrong, with the truth's outline. */
function drawComparison(context, shape, truth, mask, opacity) {
  const codes = truth.map((value, i) => value + 2 * mask[i]);
  drawOutcome(context, shape, "misses", codes, 1, opacity);
  drawOutcome(context, shape, "falsePositives", codes, 2, opacity);
  drawOutcome(context, shape, "hits", codes, 3, opacity);
  drawOutline(context, shape, truth, "#fff");
}

/** The pixels that the brush would touch now, framed. */
function drawBrush(context, shape, cursor, width) {
  const touched = new Uint8Array(shape.rows * shape.columns);
  stamp(touched, shape, cursor, width, 1);
  const around = (place, length) => [Math.max(place - width, 0), Math.min(place + width, length)];
  const [[top, bottom], [left, right]] = [
    around(cursor[0], shape.rows),
    around(cursor[1], shape.columns),
  ];
  drawOutline(context, shape, touched, FRAME, { top, bottom, left, right });
}

// Dice and IoU over the threshold --------------------------------------------------------

/** Runs of thresholds at which a score is defined, as lines. */
function drawScore(scores, x, y, name) {
  const runs = [[]];
  scores.forEach(({ part, whole }, percent) => {
    if (whole) runs.at(-1).push(`${x(percent)},${y(part / whole)}`);
    else if (runs.at(-1).length) runs.push([]);
  });
  return runs
    .filter((run) => run.length)
    .map((run) => draw("polyline", { points: run.join(" "), class: `mt-${name}` }));
}

function drawCurveFrame(x, y) {
  const { left, right, top, bottom } = CURVE;
  const ticks = [0, 0.5, 1];
  return [
    drawPlotBox(CURVE),
    ...ticks.map((tick) => drawText(x(100 * tick), bottom + 16, write(tick))),
    ...ticks.map((tick) => drawText(left - 5, y(tick) + 4, write(tick), "end")),
    drawText((left + right) / 2, bottom + 32, "threshold"),
    drawUpwards(12, (top + bottom) / 2, "score"),
  ];
}

/** Both scores at every threshold, the one that is chosen, and a painted mask's own Dice. */
function drawScores(svg, byThreshold, percent, painted) {
  const { left, right, top, bottom } = CURVE;
  const x = scale(0, PER_CENT, left, right);
  const y = scale(0, 1, bottom, top);
  const scores = byThreshold.map(scoresOf);
  const now = scores[percent];
  const point = ({ part, whole }, name) =>
    whole ? [draw("circle", { cx: x(percent), cy: y(part / whole), r: 5, class: name })] : [];
  const own = painted?.whole ? y(painted.part / painted.whole) : null;
  svg.replaceChildren(
    ...drawCurveFrame(x, y),
    drawLine(x(percent), top, x(percent), bottom, "mt-guide"),
    ...drawScore(scores.map(({ iou }) => iou), x, y, "iou"),
    ...drawScore(scores.map(({ dice }) => dice), x, y, "dice"),
    ...(now.dice.whole ? [] : [drawText((left + right) / 2, y(0.75), "here not defined: 0 / 0")]),
    ...(own === null ? [] : [drawLine(left, own, right, own, "mt-own")]),
    ...point(now.iou, "mt-iou-point"),
    ...point(now.dice, "mt-dice-point"),
  );
}
