// Pictures of the normalisation explorer: an image in grey, and the histogram of its values.

const BARS = { left: 24, right: 200, top: 6, bottom: 84, strip: 12, height: 118 };
const N_BINS = 44;
const N_GREYS = 44;

/** Grey level, 0 to 255, where `shown` gives the values that are black and white. */
function greyOf(value, [black, white]) {
  return Math.round(255 * Math.max(0, Math.min((value - black) / (white - black), 1)));
}

/** The values in grey, with a frame around the stray pixel. */
function drawValues(canvas, shape, values, shown, stray) {
  const context = fitCanvas(canvas, shape.rows, shape.columns);
  if (!values) {
    hatch(context);
    return;
  }
  enlarge(context, pixelsOf(shape, values, (value) => greyPixel(greyOf(value, shown))), canvas.unit);
  if (stray) drawFrame(context, shape.place[0] - 1, shape.place[1] - 1, 3, 3);
}

/** The grey that each value is shown in, below the histogram. */
function drawGreys(x, [from, to], shown) {
  const { left, right, bottom, strip } = BARS;
  const width = (right - left) / N_GREYS;
  return Array.from({ length: N_GREYS }, (_, i) => {
    const level = greyOf(from + ((i + 0.5) / N_GREYS) * (to - from), shown);
    const place = { x: left + i * width, y: bottom + 2, width: width + 0.5, height: strip };
    return draw("rect", { ...place, fill: `rgb(${level} ${level} ${level})` });
  });
}

function drawHistogram(svg, values, [from, to], shown) {
  if (!values) {
    svg.replaceChildren();
    return;
  }
  const { left, right, top, bottom, strip } = BARS;
  const counts = histogramOf(values, from, to, N_BINS);
  const x = scale(from, to, left, right);
  const most = counts.reduce((a, b) => Math.max(a, b));
  const y = (n) => scale(0, Math.log1p(most), bottom, top)(Math.log1p(n));
  const width = (right - left) / N_BINS;
  const bars = counts.map((n, i) => {
    const box = { x: left + i * width, y: y(n), width, height: bottom - y(n) };
    return n ? draw("rect", { ...box, class: "mt-bars" }) : null;
  });
  const middle = (top + bottom) / 2;
  svg.replaceChildren(
    ...bars.filter(Boolean),
    drawLine(left, bottom, right, bottom),
    ...drawGreys(x, [from, to], shown),
    drawText(left, bottom + strip + 15, write(from), "start"),
    drawText(right, bottom + strip + 15, write(to), "end"),
    drawUpwards(10, middle, "pixels (log)"),
  );
}
