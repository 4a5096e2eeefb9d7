// Distance to the nearest minimum, by step, on a logarithmic axis.

const CURVES = { width: 360, height: 300, left: 56, right: 346, top: 14, bottom: 254 };
const [FARTHEST, NEAREST] = [1, -4]; // powers of ten

function placeOf(step, distance, steps) {
  const { left, right, top, bottom } = CURVES;
  const power = Math.max(NEAREST, Math.min(Math.log10(distance), FARTHEST));
  return [
    left + ((right - left) * step) / steps,
    top + ((bottom - top) * (FARTHEST - power)) / (FARTHEST - NEAREST),
  ];
}

function drawFrame(context, steps, arrived) {
  const { left, right, top, bottom } = CURVES;
  context.fillStyle = "#fbfcfd";
  context.fillRect(0, 0, CURVES.width, CURVES.height);
  context.fillStyle = INK;
  context.font = "12px system-ui, sans-serif";
  for (let power = NEAREST; power <= FARTHEST; power++) {
    const [, y] = placeOf(0, 10 ** power, steps);
    drawRule(context, left, y, right, y, "#dde3e8");
    context.textAlign = "right";
    context.fillText(power > 0 ? "10" : power ? (10 ** power).toFixed(-power) : "1", left - 5, y);
  }
  context.textAlign = "center";
  for (const step of [0, steps / 2, steps])
    context.fillText(step, placeOf(step, 1, steps)[0], bottom + 20);
  context.fillText("step", (left + right) / 2, bottom + 37);
  const [, y] = placeOf(0, arrived, steps);
  context.setLineDash([4, 4]);
  drawRule(context, left, y, right, y, "#555");
  context.setLineDash([]);
}

function drawRule(context, x1, y1, x2, y2, colour) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.stroke();
}

function drawCurves(canvas, { runs, step, limits }) {
  const context = onPaper(canvas, CURVES.width, CURVES.height);
  drawFrame(context, limits.steps, limits.arrived);
  const lines = runs.map((run) => ({
    ...run,
    points: run.distances.slice(0, step + 1).map((d, t) => placeOf(t, d, limits.steps)),
  }));
  for (const { name, points } of lines) drawPath(context, points, LOOKS[name], 1.8);
  context.textAlign = "center";
  context.font = "600 10px system-ui, sans-serif";
  for (const { name, code, points } of lines) drawHead(context, points.at(-1), code, LOOKS[name]);
}
