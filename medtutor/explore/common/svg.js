// Axes and lines as SVG, for all explorers that draw curves and bars.

const SVG = "http://www.w3.org/2000/svg";

function draw(tag, attributes = {}, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

/** An id that no other explorer has: each is a module of its own and can't count the others. */
function uniqueId() {
  return `mt-${Math.random().toString(36).slice(2)}`;
}

function drawText(x, y, text, anchor = "middle", more = {}) {
  return draw("text", { x, y, "text-anchor": anchor, ...more }, text);
}

/** Text that is read from below upwards, as the name of an axis at the left is. */
function drawUpwards(x, y, text) {
  return drawText(x, y, text, "middle", { transform: `rotate(-90 ${x} ${y})` });
}

function drawLine(x1, y1, x2, y2, name = "mt-axis") {
  return draw("line", { x1, y1, x2, y2, class: name });
}

/** The box around a plot. */
function drawPlotBox({ left, right, top, bottom }) {
  const edges = { x: left, y: top, width: right - left, height: bottom - top };
  return draw("rect", { ...edges, class: "mt-axis" });
}

/** A function from the values `from`..`to` to the places `start`..`end`. */
function scale(from, to, start, end) {
  return (value) => start + ((value - from) / (to - from)) * (end - start);
}

/** Round steps that cut `low`..`high` into about `parts` parts, or somewhat fewer. */
function ticksOf(low, high, parts = 4) {
  const rough = (high - low) / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => (first + i) * step);
}
