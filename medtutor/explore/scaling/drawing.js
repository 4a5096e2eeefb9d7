// Pictures of the scaling explorer, as SVG: the speed-up over machines, and one step as a bar.

const PLOT = { left: 46, right: 400, top: 12, bottom: 232 };
const LOWEST = 0.25;
const onX = scale(0, 6, PLOT.left, PLOT.right);
const onY = scale(-2, 6, PLOT.bottom, PLOT.top);
// Both axes double from mark to mark; what is lower still is drawn at the edge.
const placeOf = (n, times) => [onX(Math.log2(n)), onY(Math.log2(Math.max(times, LOWEST)))];

function drawAxes() {
  const { left, right, bottom } = PLOT;
  const doubles = [1, 2, 4, 8, 16, 32, 64];
  return [
    drawPlotBox(PLOT),
    ...doubles.map((n) => drawText(placeOf(n, 1)[0], bottom + 17, String(n))),
    ...["¼", "½", ...doubles].map((n, i) => drawText(left - 5, onY(i - 2) + 4, String(n), "end")),
    drawLine(left, onY(0), right, onY(0), "mt-grid"),
    drawText((left + right) / 2, bottom + 36, "machines"),
    drawUpwards(13, 122, "times as fast"),
  ];
}

function drawSpeed(values, name) {
  const points = values.map((times, i) => placeOf(i + 1, times).map((v) => v.toFixed(1)).join(","));
  return draw("polyline", { points: points.join(" "), class: `mt-curve mt-${name}` });
}

/** Speed-up of 1 to 64 machines: ideal, Amdahl's, with the network, and where you stand. */
function drawSpeeds(svg, scene, { machines, serial_percent: serial }) {
  const counts = scene.curve.map((_, i) => i + 1);
  const [cx, cy] = placeOf(machines, scene.speed_up);
  svg.replaceChildren(
    ...drawAxes(),
    drawSpeed(counts, "ideal"),
    drawSpeed(counts.map((n) => amdahl(1 - serial / 100, n)), "amdahl"),
    drawSpeed(scene.curve, "real"),
    draw("circle", { cx, cy, r: 6, class: "mt-here" }),
  );
}

const BAR = { left: 10, right: 400, top: 30, high: 46 };

/** One step from left to right, and the reading that goes on beside it. */
function drawStep(svg, scene) {
  const longest = Math.max(scene.step_ms, scene.reading_ms);
  const x = scale(0, longest, BAR.left, BAR.right);
  const marks = [drawText(BAR.left, 20, "the step", "start")];
  let start = 0;
  PARTS.forEach(([key], i) => {
    const box = { x: x(start), y: BAR.top, width: x(start + scene[key]) - x(start), height: BAR.high };
    marks.push(draw("rect", { ...box, class: `mt-part mt-part-${i}` }));
    start += scene[key];
  });
  const below = BAR.top + BAR.high;
  marks.push(drawText(BAR.left, below + 26, "beside it: reading the next images", "start"));
  const reading = { x: BAR.left, y: below + 36, width: x(scene.reading_ms) - BAR.left, height: 22 };
  marks.push(draw("rect", { ...reading, class: "mt-part mt-reading" }));
  const floor = below + 72;
  marks.push(drawLine(BAR.left, floor, BAR.right, floor));
  for (const [value, anchor] of [[0, "start"], [longest / 2, "middle"], [longest, "end"]])
    marks.push(drawText(x(value), floor + 17, value ? duration(value) : "0", anchor));
  svg.replaceChildren(...marks);
}
