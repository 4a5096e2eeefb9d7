// Pictures of the activations explorer, as SVG: curve, slope, signal and gradient by layer.

const CURVE = { width: 240, height: 180, left: 34, right: 232, top: 10, bottom: 146 };
const LAYERS = { width: 400, height: 200, left: 46, right: 392, top: 10, bottom: 164 };
const TANGENT = 1.5; // how far the slope's line reaches to each side of z
const JUMP = 0.3; // where two neighbours lie so far apart, the curve is broken

/** Frame, ticks and the axis' name; `ticks` are pairs of a place and its text. */
function drawFrame(plot, { xTicks, yTicks, xName }) {
  const { left, right, bottom } = plot;
  return [
    drawPlotBox(plot),
    ...xTicks.map(([x, text]) => drawText(x, bottom + 15, text)),
    ...yTicks.map(([y, text]) => drawText(left - 5, y + 4, text, "end")),
    drawText((left + right) / 2, bottom + 31, xName),
  ];
}

/** Cut a curve in two where it jumps. */
function pieces(points, values) {
  const parts = [[]];
  points.forEach((point, i) => {
    if (i && Math.abs(values[i] - values[i - 1]) > JUMP) parts.push([]);
    parts.at(-1).push(point);
  });
  return parts;
}

/** A curve over z with the chosen point on it; `ticks` are the values named on the y axis. */
function drawCurve(svg, { z, inputs, values, from, to, ticks, breaks, tangent }) {
  const [first, last] = [inputs[0], inputs.at(-1)];
  const x = scale(first, last, CURVE.left, CURVE.right);
  const y = scale(from, to, CURVE.bottom, CURVE.top);
  const points = inputs.map((input, i) => [x(input), y(values[i])]);
  const parts = breaks ? pieces(points, values) : [points];
  const now = values[nearest(inputs, z)];
  svg.replaceChildren(
    ...drawFrame(CURVE, {
      xTicks: [first, 0, last].map((tick) => [x(tick), write(tick)]),
      yTicks: ticks.map((tick) => [y(tick), write(tick)]),
      xName: "input z",
    }),
    drawLine(CURVE.left, y(0), CURVE.right, y(0), "mt-zero"),
    ...parts.map((part) => draw("polyline", { points: part.join(" "), class: "mt-curve" })),
    ...(tangent === undefined ? [] : [drawTangent(x, y, { z, now, from, to, first, last, tangent })]),
    drawLine(x(z), CURVE.bottom, x(z), y(now), "mt-guide"),
    draw("circle", { cx: x(z), cy: y(now), r: 5, class: "mt-point" }),
  );
}

/** The slope as a straight line through the point, as long as it stays in the frame. */
function drawTangent(x, y, { z, now, from, to, first, last, tangent }) {
  const end = (side) => {
    const room = side * tangent > 0 ? to - now : now - from;
    const steepest = tangent ? room / Math.abs(tangent) : TANGENT;
    const way = side * Math.min(TANGENT, steepest, side > 0 ? last - z : z - first);
    return [x(z + way), y(now + way * tangent)];
  };
  return drawLine(...end(-1), ...end(1), "mt-tangent");
}

function nearest(inputs, z) {
  const step = (inputs.at(-1) - inputs[0]) / (inputs.length - 1);
  return Math.round((z - inputs[0]) / step);
}

/** Powers of ten that hold all values, four at least, 1 among them. */
function decadesOf(values) {
  const powers = values.filter((value) => value > 0).map(Math.log10);
  return [Math.min(-2, Math.floor(Math.min(...powers))), Math.max(2, Math.ceil(Math.max(...powers)))];
}

function powerOfTen(power) {
  const digits = [...String(power)].map((c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)]));
  return `10${digits.join("")}`;
}

/** Lines over the layers on a logarithmic axis; each is `{ values, name, mark }`. */
function drawByLayer(svg, lines, mostLayers) {
  const [low, high] = decadesOf(lines.flatMap((line) => line.values));
  const x = scale(1, mostLayers, LAYERS.left + 8, LAYERS.right - 8);
  const y = scale(low, high, LAYERS.bottom, LAYERS.top);
  const step = Math.ceil((high - low) / 6);
  const powers = [];
  for (let power = high - (high % step); power >= low; power -= step) powers.push(power);
  svg.replaceChildren(
    ...drawFrame(LAYERS, {
      xTicks: [1, 5, 10, 15, 20].map((tick) => [x(tick), String(tick)]),
      yTicks: powers.map((power) => [y(power), powerOfTen(power)]),
      xName: "layer (1 is next to the input)",
    }),
    drawLine(LAYERS.left, y(0), LAYERS.right, y(0), "mt-zero"),
    ...lines.flatMap((line) => drawMarked(line, x, (value) => y(Math.log10(value)))),
  );
}

function drawMarked({ values, name, mark }, x, y) {
  const points = values
    .map((value, i) => [x(i + 1), value])
    .filter(([, value]) => value > 0)
    .map(([place, value]) => [place, y(value)]);
  const marks = points.map(([cx, cy]) =>
    mark === "circle"
      ? draw("circle", { cx, cy, r: 3.5, class: `${name} mt-mark` })
      : draw("rect", { x: cx - 4.5, y: cy - 4.5, width: 9, height: 9, class: `${name} mt-mark` }),
  );
  return [draw("polyline", { points: points.join(" "), class: `${name} mt-curve` }), ...marks];
}
