// The border of a mask, on a canvas that `fitCanvas` made.

/** The border of a mask, in black under `colour`; `region` is where to look for it. */
function drawOutline(context, { rows, columns }, mask, colour, region = {}) {
  const { unit } = context.canvas;
  const { top = 0, bottom = rows, left = 0, right = columns } = region;
  const at = (y, x) => (y < 0 || x < 0 || y >= rows || x >= columns ? 0 : mask[y * columns + x]);
  const path = new Path2D();
  const line = (x1, y1, x2, y2) => {
    path.moveTo(EDGE + x1 * unit, EDGE + y1 * unit);
    path.lineTo(EDGE + x2 * unit, EDGE + y2 * unit);
  };
  for (let y = top; y <= bottom; y++)
    for (let x = left; x <= right; x++) {
      const here = at(y, x);
      if (here !== at(y - 1, x)) line(x, y, x + 1, y);
      if (here !== at(y, x - 1)) line(x, y, x, y + 1);
    }
  context.lineCap = "round";
  for (const [width, style] of [[5, "#000"], [2.5, colour]]) {
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke(path);
  }
}
