// Pictures of the screening explorer, as SVG: the people, the ROC curve, the reliability diagram.

const FIELD = { rows: 25, columns: 40, cell: 12 };
const UNIT = { left: 44, right: 254, top: 10, bottom: 220 };
const KINDS = ["found", "missed", "alarms", "cleared"];

/** A triangle for who is sick, a circle for who is healthy, as a path around x, y. */
const SHAPES = {
  sick: (x, y) => `M${x} ${y - 5}L${x + 5} ${y + 4}L${x - 5} ${y + 4}Z`,
  healthy: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
};

function shapeOf(kind, x, y) {
  if (kind === "found" || kind === "missed") return SHAPES.sick(x, y);
  return SHAPES.healthy(x, y, kind === "alarms" ? 4.5 : 1.8);
}

/** All people, column by column: found, missed, false alarms, and the rest. */
function drawPeople(svg, scene) {
  const { rows, cell } = FIELD;
  const outlines = Object.fromEntries(KINDS.map((kind) => [kind, []]));
  let person = 0;
  for (const kind of KINDS)
    for (let i = 0; i < scene[kind]; i++, person++) {
      const [x, y] = [Math.floor(person / rows), person % rows];
      outlines[kind].push(shapeOf(kind, (x + 0.5) * cell, (y + 0.5) * cell));
    }
  svg.replaceChildren(
    ...KINDS.map((kind) => draw("path", { d: outlines[kind].join(""), class: `mt-${kind}` })),
  );
}

function legendOf(kind, text) {
  const svg = draw("svg", { viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" });
  svg.append(draw("path", { d: shapeOf(kind, 6, 6), class: `mt-${kind}` }));
  return make("span", {}, svg, ` ${text} `);
}

/** A square from 0 to 1 both ways, with its diagonal. */
function drawSquare(x, y, below, beside) {
  const { left, right, top, bottom } = UNIT;
  const ticks = [0, 0.5, 1];
  return [
    draw("rect", { x: left, y: top, width: right - left, height: bottom - top, class: "mt-axis" }),
    drawLine(left, bottom, right, top, "mt-chance"),
    ...ticks.map((tick) => drawText(x(tick), bottom + 16, write(tick))),
    ...ticks.map((tick) => drawText(left - 5, y(tick) + 4, write(tick), "end")),
    drawText((left + right) / 2, bottom + 33, below),
    drawText(12, 115, beside, "middle", { transform: "rotate(-90 12 115)" }),
  ];
}

function scales() {
  const { left, right, top, bottom } = UNIT;
  return [scale(0, 1, left, right), scale(0, 1, bottom, top)];
}

function drawRoc(svg, roc, { sensitivity, specificity }) {
  const [x, y] = scales();
  const points = roc.map(([across, up]) => `${x(across)},${y(up)}`).join(" ");
  svg.replaceChildren(
    ...drawSquare(x, y, "1 − specificity", "sensitivity"),
    draw("polyline", { points, class: "mt-curve" }),
    draw("circle", { cx: x(1 - specificity), cy: y(sensitivity), r: 6, class: "mt-point" }),
  );
}

/** Bins of the probabilities, and where the threshold cuts them. */
function drawReliability(svg, { bins }, threshold) {
  const [x, y] = scales();
  const places = bins.map(([chance, share_]) => [x(chance), y(share_)]);
  svg.replaceChildren(
    ...drawSquare(x, y, "mean probability", "share of sick"),
    drawLine(x(threshold), UNIT.top, x(threshold), UNIT.bottom, "mt-threshold"),
    draw("polyline", { points: places.join(" "), class: "mt-curve" }),
    ...places.map(([cx, cy]) => draw("circle", { cx, cy, r: 4, class: "mt-bin" })),
  );
}
