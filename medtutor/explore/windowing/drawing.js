// The histogram of the windowing explorer: how many pixels have which value, and the window as
// a ramp from black to white over it.

const HISTOGRAM = { left: 48, right: 380, top: 12, bottom: 176, strip: 16, width: 440, height: 244 };
const LEAST_SPAN = 100; // HU, so that an even slice has an axis, too

/** What both the bars and the ramp stand on. */
function histogramScales({ edges, counts }) {
  const { left, right, top, bottom } = HISTOGRAM;
  const room = Math.max(LEAST_SPAN - (edges.at(-1) - edges[0]), 0) / 2;
  const range = [edges[0] - room, edges.at(-1) + room];
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const height = scale(0, Math.log10(1 + most), bottom, top);
  return { range, most, x: scale(...range, left, right), y: (n) => height(Math.log10(1 + n)) };
}

/** Bars, axes and their names: all that no window changes. */
function drawBars({ edges, counts }, { x, y, range, most }) {
  const { left, right, top, bottom, strip, height } = HISTOGRAM;
  const outline = counts.flatMap((n, i) => [[x(edges[i]), y(n)], [x(edges[i + 1]), y(n)]]);
  const points = [[x(edges[0]), bottom], ...outline, [x(edges.at(-1)), bottom]];
  const powers = [0, 1, 10, 100, 1e3, 1e4, 1e5].filter((n) => n <= most);
  const under = bottom + strip + 4;
  return [
    draw("polygon", { points: points.join(" "), class: "mt-bars" }),
    drawPlotBox(HISTOGRAM),
    ...powers.map((n) => drawText(left - 5, y(n) + 4, String(n), "end")),
    ...ticksOf(...range, 6).map((tick) => drawText(x(tick), under + 16, write(tick))),
    drawText((left + right) / 2, height - 8, "Hounsfield units (HU), and the grey they are shown in"),
    drawUpwards(11, (top + bottom) / 2, "pixels (log scale)"),
    drawText(right + 6, top + 8, "white", "start"),
    drawText(right + 6, bottom, "black", "start"),
  ];
}

/** The window as a ramp, and below it each value in the grey that it gets. */
function drawRamp(gradientId, { x, range }, { center, width }) {
  const { left, right, top, bottom, strip } = HISTOGRAM;
  const [black, white] = windowEnds(center, width);
  const inside = (value) => within(value, ...range);
  const level = (value) => scale(0, 1, bottom, top)(windowed(value, center, width));
  const corners = [range[0], inside(black), inside(white), range[1]];
  const points = corners.map((value) => [x(value), level(value)]);
  // A threshold jumps, which no two corners show.
  if (width === 1) points.splice(1, 2, [x(inside(black)), bottom], [x(inside(white)), top]);
  const along = { gradientUnits: "userSpaceOnUse", x1: x(black), x2: Math.max(x(white), x(black) + 0.01) };
  const gradient = draw("linearGradient", { id: gradientId, ...along });
  gradient.append(draw("stop", { offset: 0 }), draw("stop", { offset: 1, "stop-color": "#fff" }));
  const bar = { x: left, y: bottom + 4, width: right - left, height: strip - 4 };
  return [
    gradient,
    draw("rect", { ...bar, fill: `url(#${gradientId})`, class: "mt-strip" }),
    ...[black, white]
      .filter((value) => value > range[0] && value < range[1])
      .map((value) => drawLine(x(value), top, x(value), bottom + strip, "mt-end")),
    draw("polyline", { points: points.join(" "), class: "mt-ramp" }),
  ];
}
