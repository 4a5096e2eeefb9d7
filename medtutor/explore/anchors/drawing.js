// Pictures of the anchors explorer: boxes and dots on the slice, and the FROC curve.

// Colour, width and dashes: no two kinds differ by colour alone.
const STYLES = {
  truth: ["#56b4e9", 3, [9, 5]],
  1: ["#ffa200", 4, []],
  [-1]: ["#ffffff", 2.5, [3, 4]],
  0: ["#a8a8a8", 1.5, []],
  hit: ["#ffa200", 4, []],
  duplicate: ["#ffa200", 2.5, [3, 4]],
  "false alarm": ["#f0a0d0", 3, [14, 5]],
};
const FROC = { left: 44, right: 284, top: 10, bottom: 220, most: 4 };

/** Lines are drawn thicker on a canvas that shows fewer pixels. */
const thickness = (context) => Math.sqrt(context.canvas.unit / 10);

/** A box in pixels on the enlarged slice, with black under it so that it shows on white. */
function drawBox(context, [y0, x0, y1, x1], kind) {
  const { unit } = context.canvas;
  const [colour, width, dashes] = STYLES[kind];
  const thick = thickness(context);
  const corner = [EDGE + x0 * unit, EDGE + y0 * unit, (x1 - x0) * unit, (y1 - y0) * unit];
  for (const [more, style, pattern] of [[2, "#000", []], [0, colour, dashes]]) {
    context.lineWidth = thick * (width + more);
    context.strokeStyle = style;
    context.setLineDash(pattern.map((part) => thick * part));
    context.strokeRect(...corner);
  }
  context.setLineDash([]);
}

function drawDot(context, [y, x], radius, colour) {
  const { unit } = context.canvas;
  context.beginPath();
  context.arc(EDGE + x * unit, EDGE + y * unit, radius * thickness(context), 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.strokeStyle = "#000";
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
}

/** A small cross where the cursor is. */
function drawCursor(context, [y, x]) {
  const { unit } = context.canvas;
  const [row, column] = [EDGE + y * unit, EDGE + x * unit];
  const [thick, arm] = [thickness(context), 9 * thickness(context)];
  for (const [width, colour] of [[5, "#000"], [2, FRAME]]) {
    context.lineWidth = thick * width;
    context.strokeStyle = colour;
    context.beginPath();
    context.moveTo(column - arm, row);
    context.lineTo(column + arm, row);
    context.moveTo(column, row - arm);
    context.lineTo(column, row + arm);
    context.stroke();
  }
}

/** Sensitivity against false alarms a slice; the dot is where the score threshold stands. */
function drawFroc(svg, scene) {
  const { left, right, top, bottom, most } = FROC;
  const [x, y] = [scale(0, most, left, right), scale(0, 1, bottom, top)];
  const inside = (value) => Math.min(value, most);
  let path = `M${x(0)} ${y(0)}`;
  for (const [alarms, share_] of scene.curve)
    if (alarms <= most) path += `H${x(alarms)}V${y(share_ ?? 0)}`;
  svg.replaceChildren(
    drawPlotBox(FROC),
    ...[0, 1, 2, 3, 4].map((tick) => drawText(x(tick), bottom + 16, write(tick))),
    ...[0, 0.5, 1].map((tick) => drawText(left - 5, y(tick) + 4, write(tick), "end")),
    drawText((left + right) / 2, bottom + 33, "false alarms a slice"),
    drawUpwards(12, 115, "sensitivity"),
    draw("path", { d: path, class: "mt-curve" }),
    draw("circle", {
      cx: x(inside(scene.false_alarms)),
      cy: y(scene.sensitivity ?? 0),
      r: 6,
      class: "mt-point",
    }),
  );
}
