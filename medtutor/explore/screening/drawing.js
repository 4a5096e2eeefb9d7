// Pictures of the screening explorer, as SVG: the people, the ROC curve, the reliability diagram.

const FIELD = { rows: 25, columns: 40, cell: 12 };
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
  return make("span", {}, svg, ` ${text}`);
}

function drawRoc(svg, roc, { sensitivity, specificity }) {
  const points = roc.map(([across, up]) => `${toX(across)},${toY(up)}`).join(" ");
  svg.replaceChildren(
    ...drawSquare("1 − specificity", "sensitivity"),
    drawDiagonal(),
    draw("polyline", { points, class: "mt-curve" }),
    draw("circle", { cx: toX(1 - specificity), cy: toY(sensitivity), r: 6, class: "mt-point" }),
  );
}

/** Bins of the probabilities, and where the threshold cuts them. */
function drawReliability(svg, { bins }, threshold) {
  const places = bins.map(([chance, share_]) => [toX(chance), toY(share_)]);
  svg.replaceChildren(
    ...drawSquare("mean probability", "share of sick"),
    drawDiagonal(),
    drawLine(toX(threshold), SQUARE.top, toX(threshold), SQUARE.bottom, "mt-threshold"),
    draw("polyline", { points: places.join(" "), class: "mt-curve" }),
    ...places.map(([cx, cy]) => draw("circle", { cx, cy, r: 4, class: "mt-bin" })),
  );
}
