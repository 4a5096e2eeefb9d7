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

/** A small canvas, a pixel a pixel; `paint` gives red, green, blue and alpha of each. */
function pixelsOf({ rows, columns }, paint) {
  const canvas = make("canvas", { width: columns, height: rows });
  const picture = new ImageData(columns, rows);
  for (let i = 0; i < rows * columns; i++) picture.data.set(paint(i), 4 * i);
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}

function enlarge(context, small) {
  const { unit } = context.canvas;
  context.imageSmoothingEnabled = false;
  context.drawImage(small, EDGE, EDGE, small.width * unit, small.height * unit);
}

/** Lay an outcome's pattern over the pixels that `accept` takes. */
function drawOutcome(context, shape, name, accept, opacity) {
  const { width, height, unit } = context.canvas;
  const layer = make("canvas", { width, height });
  layer.unit = unit;
  const above = layer.getContext("2d");
  enlarge(above, pixelsOf(shape, (i) => [0, 0, 0, accept(i) ? 255 : 0]));
  above.globalCompositeOperation = "source-in";
  above.fillStyle = above.createPattern(tileOf(name), "repeat");
  above.fillRect(0, 0, width, height);
  context.globalAlpha = opacity;
  context.drawImage(layer, 0, 0);
  context.globalAlpha = 1;
}

/** The border between what `accept` takes and what it leaves, in black under `colour`. */
function drawOutline(context, { rows, columns }, accept, colour, dashes = []) {
  const { unit } = context.canvas;
  const inside = (y, x) => y >= 0 && x >= 0 && y < rows && x < columns && accept(y * columns + x);
  const path = new Path2D();
  const line = (x1, y1, x2, y2) => {
    path.moveTo(EDGE + x1 * unit, EDGE + y1 * unit);
    path.lineTo(EDGE + x2 * unit, EDGE + y2 * unit);
  };
  for (let y = 0; y <= rows; y++)
    for (let x = 0; x <= columns; x++) {
      if (inside(y, x) !== inside(y - 1, x)) line(x, y, x + 1, y);
      if (inside(y, x) !== inside(y, x - 1)) line(x, y, x, y + 1);
    }
  context.lineCap = "round";
  for (const [width, style] of [[5, "#000"], [2.5, colour]]) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.setLineDash(width === 5 ? [] : dashes);
    context.stroke(path);
  }
  context.setLineDash([]);
}

function drawSlice(canvas, shape, greys) {
  const context = fitCanvas(canvas, shape.rows, shape.columns);
  enlarge(context, pixelsOf(shape, (i) => [greys[i], greys[i], greys[i], 255]));
  return context;
}

/** What the mask got right and wrong, with the truth's outline. */
function drawComparison(context, shape, truth, mask, opacity) {
  const accept = {
    hits: (i) => truth[i] && mask[i],
    falsePositives: (i) => !truth[i] && mask[i],
    misses: (i) => truth[i] && !mask[i],
  };
  for (const name of Object.keys(accept)) drawOutcome(context, shape, name, accept[name], opacity);
  drawOutline(context, shape, (i) => truth[i] === 1, "#fff");
}

/** The pixels that the brush would touch now, framed. */
function drawBrush(context, shape, cursor, width) {
  const touched = new Uint8Array(shape.rows * shape.columns);
  stamp(touched, shape, cursor, width, 1);
  drawOutline(context, shape, (i) => touched[i] === 1, FRAME);
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
    draw("rect", { x: left, y: top, width: right - left, height: bottom - top, class: "mt-axis" }),
    ...ticks.map((tick) => drawText(x(100 * tick), bottom + 16, write(tick))),
    ...ticks.map((tick) => drawText(left - 5, y(tick) + 4, write(tick), "end")),
    drawText((left + right) / 2, bottom + 32, "threshold"),
    drawText(12, (top + bottom) / 2, "score", "middle", {
      transform: `rotate(-90 12 ${(top + bottom) / 2})`,
    }),
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
    ...(own === null ? [] : [drawLine(left, own, right, own, "mt-own")]),
    ...point(now.iou, "mt-iou-point"),
    ...point(now.dice, "mt-dice-point"),
  );
}
